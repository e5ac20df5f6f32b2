"""The function that people write in Python: Pillow between two calls of boto3."""

import io
import os
from urllib.parse import unquote_plus

import boto3
from PIL import Image, ImageOps

s3 = boto3.client("s3")


def thumbnail(bucket, key):
    body = s3.get_object(Bucket=bucket, Key=key)["Body"].read()
    with Image.open(io.BytesIO(body)) as image:
        # It lets libjpeg decode at a fraction of the size, which turning first would prevent.
        image.thumbnail((320, 65535))
        ImageOps.exif_transpose(image, in_place=True)
        output = io.BytesIO()
        image.save(output, "JPEG", quality=80)
    s3.put_object(
        Bucket=os.environ["DESTINATION"],
        Key=key.replace("uploads/", "thumbs/", 1) + ".small.jpg",
        Body=output.getvalue(),
        ContentType="image/jpeg",
    )


def handler(event, context):
    for record in event["Records"]:
        thumbnail(record["s3"]["bucket"]["name"], unquote_plus(record["s3"]["object"]["key"]))
    return {"done": len(event["Records"])}
