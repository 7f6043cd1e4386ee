package dev.latchstring.examples.mediator;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.latchstring.client.challenge.Field;
import dev.latchstring.client.challenge.Step;
import dev.latchstring.client.challenge.StepKind;
import dev.latchstring.oauth.Secrets;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/** The page's HTML: no scripts, one style, fit for a telephone. Every text is escaped. */
final class Html {
  private static final String STYLE =
      """
      body{font:1.1rem/1.5 system-ui,sans-serif;max-width:28rem;margin:2rem auto;padding:0 1rem}
      label{display:block;margin:1rem 0 .3rem}
      input{font:inherit;width:100%;padding:.6rem;box-sizing:border-box}
      button{font:inherit;padding:.7rem 1rem;margin:1rem .5rem 0 0}
      .number{font-size:3rem;font-weight:bold;text-align:center}
      .note{color:#555;font-size:.95rem}
      """;

  /** What the page may load: its own style. It is never framed. */
  static final String POLICY =
      "default-src 'none'; style-src 'sha256-"
          + Base64.getEncoder().encodeToString(Secrets.sha256(STYLE))
          + "'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

  private Html() {}

  static byte[] message(String title, String text) {
    return page(title, "<p>" + escaped(text) + "</p>", null);
  }

  /** The person waits for the server; the browser asks again by itself. */
  static byte[] waiting(String service, int seconds) {
    return page(
        "Sign in to " + service,
        "<p>One moment: the service asks to wait. This page goes on by itself.</p>",
        seconds);
  }

  static byte[] step(String service, Step step, String formToken) {
    StringBuilder body = new StringBuilder();
    body.append("<p>").append(escaped(step.prompt())).append("</p>");
    if (step.destination() != null) {
      body.append("<p class=note>Sent to ").append(escaped(step.destination())).append("</p>");
    }
    boolean approval = step.kind() == StepKind.APPROVAL;
    if (approval && step.number() != null) {
      body.append("<p class=number>").append(escaped(step.number())).append("</p>");
      body.append("<p class=note>This page goes on by itself when you have approved.</p>");
    }
    body.append("<form method=post autocomplete=on>");
    body.append(hidden("form", formToken)).append(hidden("step", step.id()));
    step.fields().forEach(field -> body.append(field(step.kind(), field)));
    if (!approval) {
      body.append("<button name=do value=answer>Go on</button>");
    }
    if (step.kind() == StepKind.OTP) {
      body.append("<button name=do value=resend formnovalidate>Send a new code</button>");
    }
    for (Step.Alternative other : step.alternatives()) {
      if (SignInPage.canShow(other.kind())) {
        body.append("<button name=do formnovalidate value=\"switch ")
            .append(escaped(other.id()))
            .append("\">")
            .append(escaped("Use another way: " + words(other.kind())))
            .append("</button>");
      }
    }
    body.append("<button name=do value=leave formnovalidate>Cancel</button></form>");
    body.append("<p class=note>Go on only if you asked for this yourself, just now, in your")
        .append(" assistant. What you enter here goes to ")
        .append(escaped(service))
        .append("; the assistant does not see it.</p>");
    return page("Sign in to " + service, body.toString(), approval ? 3 : null);
  }

  private static String words(StepKind kind) {
    return switch (kind) {
      case PASSWORD -> "password";
      case PIN -> "PIN";
      case OTP -> "a code that is sent to you";
      case TOTP -> "your authenticator app";
      case APPROVAL -> "approve where you are signed in";
      case IDENTIFY -> "say who you are again";
      case KNOWLEDGE -> "questions";
      case PASSKEY, UNKNOWN -> "another";
    };
  }

  private static String field(StepKind kind, Field field) {
    String how =
        switch (kind) {
          case OTP, TOTP -> "type=text inputmode=numeric autocomplete=one-time-code";
          case PIN -> "type=password inputmode=numeric autocomplete=off";
          case PASSWORD -> "type=password autocomplete=current-password";
          case IDENTIFY -> "type=text autocomplete=username";
          case KNOWLEDGE, PASSKEY, APPROVAL, UNKNOWN -> "type=password autocomplete=off";
        };
    String name = escaped(field.name());
    return "<label for=\"v."
        + name
        + "\">"
        + escaped(field.title())
        + "</label><input id=\"v."
        + name
        + "\" name=\"v."
        + name
        + "\" maxlength="
        + field.maxLength()
        + " "
        + how
        + (field.required() ? " required>" : ">");
  }

  private static String hidden(String name, String value) {
    return "<input type=hidden name=" + name + " value=\"" + escaped(value) + "\">";
  }

  private static byte[] page(String title, String body, @Nullable Integer refreshSeconds) {
    return ("<!doctype html><html lang=en><head><meta charset=utf-8>"
            + "<meta name=viewport content=\"width=device-width,initial-scale=1\">"
            + (refreshSeconds == null
                ? ""
                : "<meta http-equiv=refresh content=" + refreshSeconds + ">")
            + "<title>"
            + escaped(title)
            + "</title><style>"
            + STYLE
            + "</style></head><body><h1>"
            + escaped(title)
            + "</h1>"
            + body
            + "</body></html>")
        .getBytes(UTF_8);
  }

  static String escaped(String text) {
    return text.replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace("\"", "&quot;")
        .replace("'", "&#39;");
  }
}
