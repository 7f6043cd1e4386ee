package dev.latchstring.examples.voice.telephone;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.latchstring.examples.voice.call.Answered;
import dev.latchstring.examples.voice.call.Calls;
import dev.latchstring.examples.voice.spoken.Heard;
import dev.latchstring.examples.voice.spoken.Language;
import dev.latchstring.examples.voice.spoken.Turn;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.net.URI;
import java.util.Map;
import java.util.Set;

/**
 * The webhook. A platform posts every event of a call to it:
 *
 * <ul>
 *   <li>without {@code turn}: a call comes in. The number in {@code To} may say its language
 *   <li>with {@code turn}: what was said ({@code SpeechResult}, {@code Confidence}) or keyed in
 *       ({@code Digits}) since that turn; neither is silence
 *   <li>{@code CallStatus} of {@code completed} and the like: it is over, and nothing of it stays
 * </ul>
 *
 * What is refused, in this order: 405 another method; 415, 413, 400 what is no form of at most 16
 * KiB; 403 what is not signed; 400 a repeated parameter, a {@code CallSid} or a {@code turn} that
 * is none. Nothing of a request is logged.
 */
final class TelephoneServlet extends HttpServlet {
  private static final long serialVersionUID = 1;
  private static final Set<String> OVER =
      Set.of("completed", "busy", "failed", "no-answer", "canceled");

  private final transient URI webhook;
  private final transient RequestSignature signature;
  private final transient Map<String, Language> numbers;
  private final transient Calls calls;

  /**
   * @param webhook the public address, as the platform is told it
   * @param numbers the languages of the numbers that can be called, by number ({@code +15550100})
   */
  TelephoneServlet(
      URI webhook, RequestSignature signature, Map<String, Language> numbers, Calls calls) {
    this.webhook = webhook;
    this.signature = signature;
    this.numbers = Map.copyOf(numbers);
    this.calls = calls;
  }

  @Override
  protected void service(HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    if (!request.getMethod().equals("POST")) {
      response.setHeader("Allow", "POST");
      response.setStatus(405);
      return;
    }
    PostedForm form;
    try {
      form = PostedForm.read(request.getContentType(), request.getInputStream());
    } catch (PostedForm.Unreadable e) {
      response.setStatus(e.status());
      return;
    }
    String query = request.getQueryString();
    URI address;
    try {
      address = query == null ? webhook : URI.create(webhook + "?" + query);
    } catch (IllegalArgumentException e) {
      response.setStatus(400);
      return;
    }
    if (!signature.isGood(address, form.parameters(), request.getHeader(RequestSignature.HEADER))) {
      response.setStatus(403);
      return;
    }
    if (form.repeats()
        || !form.value("CallSid").matches("[A-Za-z0-9]{1,64}")
        || !(query == null || query.matches("turn=[0-9]{1,6}"))) {
      response.setStatus(400);
      return;
    }
    answer(form, query == null ? 0 : Integer.parseInt(query.substring("turn=".length())), response);
  }

  private void answer(PostedForm form, int turn, HttpServletResponse response) throws IOException {
    String callId = form.value("CallSid");
    if (OVER.contains(form.value("CallStatus"))) {
      calls.end(callId);
      response.setStatus(204);
      return;
    }
    Answered answered =
        turn == 0
            ? calls.begin(callId, numbers.get(form.value("To")))
            : calls
                .heard(callId, turn, heard(form))
                .orElseGet(() -> new Answered(0, Turn.hangUp()));
    byte[] bytes = Twiml.of(answered, webhook).getBytes(UTF_8);
    response.setStatus(200);
    response.setContentType("text/xml;charset=utf-8");
    response.setHeader("Cache-Control", "no-store");
    response.setContentLength(bytes.length);
    response.getOutputStream().write(bytes);
  }

  private static Heard heard(PostedForm form) {
    if (!form.value("Digits").isEmpty()) {
      return new Heard.Keyed(form.value("Digits"));
    }
    if (!form.value("SpeechResult").isBlank()) {
      return new Heard.Spoken(form.value("SpeechResult"), confidence(form.value("Confidence")));
    }
    return new Heard.Nothing();
  }

  private static double confidence(String text) {
    try {
      return Double.parseDouble(text);
    } catch (NumberFormatException e) {
      return Double.NaN;
    }
  }
}
