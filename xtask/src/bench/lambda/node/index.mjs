// The function that people write on Node: sharp between two calls of the AWS SDK.
import { GetObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import sharp from 'sharp';

// The endpoint of the bench is an address, which cannot carry a bucket's name.
const s3 = new S3Client({ forcePathStyle: true });

async function thumbnail({ bucket, object }) {
  const key = decodeURIComponent(object.key.replaceAll('+', ' '));
  const { Body } = await s3.send(new GetObjectCommand({ Bucket: bucket.name, Key: key }));
  const source = await Body.transformToByteArray();
  const output = await sharp(source)
    .autoOrient()
    .resize({ width: 320, withoutEnlargement: true })
    .jpeg({ quality: 80 })
    .toBuffer();
  await s3.send(
    new PutObjectCommand({
      Bucket: process.env.DESTINATION,
      Key: `${key.replace(/^uploads\//, 'thumbs/')}.small.jpg`,
      Body: output,
      ContentType: 'image/jpeg',
    }),
  );
}

export async function handler(event) {
  await Promise.all(event.Records.map((record) => thumbnail(record.s3)));
  return { done: event.Records.length };
}
