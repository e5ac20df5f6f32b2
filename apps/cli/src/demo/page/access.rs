//! The access story: what was asked, which statement granted it, what was refused, the documents.

use std::fmt::Write as _;
use std::path::Path;

use thumbgate_iam::eval::{Decision, Explanation};

use super::super::access::{Access, Answer, deciding, position, why, without_arn};
use super::super::attempts::Attempt;
use super::super::documents::{Attached, FOLDER};
use super::{code, escape};

/// The whole section.
pub(super) fn section(html: &mut String, access: &Access, out: &Path) {
    let who = access.answers.first().map_or("", |answer| answer.explanation.request.principal());
    let _ = write!(
        html,
        "<h2 id=\"access\">Access</h2>\n\
         <p>Every read and write was asked for first, as <code>{}</code>: the session that Lambda would run the \
         function as. The <a href=\"#documents\">four documents</a> below answered.</p>\n",
        escape(who),
    );
    asked(html, access);
    enough(html, access);
    html.push_str("<h3>Tried on purpose, and refused</h3>\n<div class=\"attempts\">\n");
    access.attempts.iter().for_each(|attempt| tried(html, attempt, out));
    html.push_str("</div>\n");
    documents(html, access);
}

/// What was asked, and by which statement it was granted.
fn asked(html: &mut String, access: &Access) {
    html.push_str(
        "<h3>What was asked, and what granted it</h3>\n\
         <div class=\"panel scroll\" tabindex=\"0\" role=\"region\" aria-label=\"What was asked, and what granted it\">\n\
         <table>\n<thead><tr><th scope=\"col\">Asked</th><th scope=\"col\">On</th><th scope=\"col\">Times</th>\
         <th scope=\"col\">Answer</th><th scope=\"col\">By</th></tr></thead>\n<tbody>\n",
    );
    let trust = &access.trust;
    let role = trust.request.resource().rsplit('/').next().unwrap_or_default();
    let asked = format!("{} by {}", trust.request.action(), trust.request.principal());
    row(html, &asked, &format!("the role {role}"), 1, trust);
    for answer in &access.answers {
        row(html, answer.explanation.request.action(), &answer.place, answer.times, &answer.explanation);
    }
    html.push_str("</tbody>\n</table>\n</div>\n");
    if access.answers.iter().any(Answer::hides_absence) {
        html.push_str(
            "<p class=\"note\">The pipeline never lists. S3 itself looks at <code>s3:ListBucket</code> where a key is \
             absent: without it the answer is 403 instead of 404, so that nobody learns which keys exist. The pipeline \
             needs no more than that: it then writes on the condition that nothing is there.</p>\n",
        );
    }
}

fn row(html: &mut String, asked: &str, on: &str, times: usize, explanation: &Explanation) {
    let is_granted = explanation.decision == Decision::Allow;
    let (class, answer) = if is_granted { ("granted", "granted") } else { ("denied", "denied") };
    let _ = write!(
        html,
        "<tr><td><code>{}</code></td><td><code>{}</code></td><td class=\"number\">{times}</td>\
         <td class=\"{class}\">{answer}</td><td>",
        escape(asked),
        escape(on),
    );
    let mut by = deciding(explanation).peekable();
    if by.peek().is_none() {
        html.push_str(&escape(&explanation.reason()));
    }
    for statement in by {
        let sid = statement.sid.clone().unwrap_or_else(|| format!("statement {}", statement.index + 1));
        let _ = write!(
            html,
            "<a href=\"#{}\">{}</a> <span class=\"place\">{}</span> ",
            code::anchor(&statement.document, statement.position.line),
            escape(&sid),
            escape(&position(statement)),
        );
    }
    html.push_str("</td></tr>\n");
}

/// Why that was enough, and when it is not.
fn enough(html: &mut String, access: &Access) {
    let (granted, by_own) = access.granted();
    let _ = write!(
        html,
        "<h3>Why a role without S3 permissions may do this</h3>\n\
         <div class=\"panel\">\n\
         <p>Of {granted} granted requests, {by_own} were granted by the role's own policy and {} by a bucket's. \
         Where caller and bucket are of one account, AWS joins the two sides: it is the union, not the \
         intersection, and a bucket policy that names the role is enough.</p>\n\
         <p>It is not enough where the bucket is another account's (both sides have to allow), where a permissions \
         boundary, a session policy or a policy of the organisation does not allow it too, where the objects are \
         encrypted with a KMS key that does not admit the role, and never against a Deny.</p>\n</div>\n",
        granted - by_own,
    );
}

/// One attempt: what was tried, why it failed, and the whole reasoning behind a click.
fn tried(html: &mut String, attempt: &Attempt, out: &Path) {
    let request = &attempt.explanation.request;
    let command = attempt.command(out).join(" \\\n  ");
    let _ = write!(
        html,
        "<section class=\"panel\">\n<h4>{}</h4>\n\
         <p><code>{}</code> on <code>{}</code> as <code>{}</code></p>\n\
         <p class=\"reason\"><b>denied</b> {}</p>\n\
         <details>\n<summary>The whole explanation</summary>\n\
         <p>The caller is told: {}</p>\n<pre class=\"told\">{}</pre>\n\
         <p>Ask it again, or change a document first:</p>\n<pre class=\"told\">{}</pre>\n</details>\n</section>\n",
        escape(&capitalised(attempt.title)),
        escape(request.action()),
        escape(without_arn(request.resource())),
        escape(request.principal()),
        with_code(&why(&attempt.explanation)),
        with_code(&attempt.message),
        escape(attempt.explanation.to_string().trim_end()),
        escape(&command),
    );
}

/// What stands in backticks, as code.
fn with_code(text: &str) -> String {
    let parts = text.split('`').zip([false, true].into_iter().cycle());
    parts.map(|(part, is_code)| if is_code { format!("<code>{}</code>", escape(part)) } else { escape(part) }).collect()
}

fn capitalised(title: &str) -> String {
    let mut characters = title.chars();
    characters.next().map_or_else(String::new, |first| first.to_uppercase().chain(characters).collect())
}

/// The documents as they are.
fn documents(html: &mut String, access: &Access) {
    let _ = write!(
        html,
        "<h3 id=\"documents\">The four documents</h3>\n\
         <p>They lie in <code>{FOLDER}/</code> beside this page. Statements with a bar at their side granted \
         something in this run.</p>\n<div class=\"documents\">\n",
    );
    access.documents.iter().for_each(|attached| document(html, attached, access));
    html.push_str("</div>\n");
}

fn document(html: &mut String, attached: &Attached, access: &Access) {
    let name = attached.document.source().name();
    let by = |index| access.granted_by(name, index);
    let granted: usize = (0..attached.document.statements().len()).map(by).sum();
    let told = match granted {
        0 => "granted nothing here".to_owned(),
        1 => "granted 1 request".to_owned(),
        many => format!("granted {many} requests"),
    };
    let _ = write!(
        html,
        "<section class=\"panel document\">\n<h4>{}</h4>\n<p>{}; {told}</p>\n\
         <pre><code>{}</code></pre>\n</section>\n",
        escape(name),
        escape(attached.about),
        code::lines(&attached.document, |index| by(index) > 0),
    );
}
