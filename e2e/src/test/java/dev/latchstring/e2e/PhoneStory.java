package dev.latchstring.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latchstring.e2e.Callers.Caller;
import dev.latchstring.e2e.PhoneCall.Reply;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * What happens in one call.
 *
 * @param wrongDigits how many wrong digits are said before the right ones
 * @param wrongCode whether a wrong code is said first
 * @param misheard whether something is said that is no answer
 * @param lostReply whether an answer is sent twice, for its reply was lost
 * @param stepUp whether the caller first gets what needs less
 */
record PhoneStory(
    Caller caller,
    Ending ending,
    int wrongDigits,
    boolean wrongCode,
    boolean misheard,
    boolean lostReply,
    boolean stepUp) {
  private static final int PATIENCE = 50;

  enum Ending {
    TOKEN,
    DROPS_AT_THE_NAME,
    DROPS_AT_THE_DIGITS,
    DROPS_AT_THE_CODE,
    GUESSES
  }

  /**
   * What came of it.
   *
   * @param tokens what the access tokens say
   * @param once values of which there must be no other
   * @param failures wrong answers since the last right one
   * @param waits why the server had no time for a request
   */
  record Told(
      Caller caller,
      String keyThumbprint,
      List<JsonNode> tokens,
      List<String> once,
      long failures,
      int requests,
      List<String> waits) {}

  static PhoneStory of(Caller caller, Random random) {
    int chance = random.nextInt(100);
    Ending ending =
        chance < 70
            ? Ending.TOKEN
            : chance < 76
                ? Ending.DROPS_AT_THE_NAME
                : chance < 84
                    ? Ending.DROPS_AT_THE_DIGITS
                    : chance < 92 ? Ending.DROPS_AT_THE_CODE : Ending.GUESSES;
    int wrong = random.nextInt(4) == 0 ? 1 + random.nextInt(2) : 0;
    return new PhoneStory(
        caller,
        ending,
        ending == Ending.GUESSES ? 3 : wrong,
        wrong < 2 && random.nextInt(6) == 0,
        random.nextInt(6) == 0,
        random.nextInt(4) == 0,
        ending == Ending.TOKEN && random.nextInt(4) == 0);
  }

  boolean drops() {
    return ending != Ending.TOKEN && ending != Ending.GUESSES;
  }

  Told tell(PhoneCall call, TextGateway gateway) throws Exception {
    return new Telling(call, gateway).tell();
  }

  /** A story while it is told. */
  private final class Telling {
    private final PhoneCall call;
    private final TextGateway gateway;
    private final List<JsonNode> tokens = new ArrayList<>();
    private final List<String> once = new ArrayList<>();
    private int wrongInSession;
    private long failures;
    private int requests;
    private final List<String> waits = new ArrayList<>();

    Telling(PhoneCall call, TextGateway gateway) {
      this.call = call;
      this.gateway = gateway;
    }

    Told tell() throws Exception {
      Reply asked = sent(() -> call.begin("scope", stepUp ? "appointments" : "records"));
      expect(asked, "403 insufficient_authorization", "identity");
      once.add(call.session());
      if (ending != Ending.DROPS_AT_THE_NAME) {
        Reply digits = answer("identity", "name", caller.name(), "birthdate", caller.birthdate());
        expect(digits, "403 insufficient_authorization", "ssn");
        Reply done = digits();
        if (done != null && stepUp) {
          token(done, "urn:latchstring:acr:knowledge");
          wrongInSession = 0;
          done = sent(() -> call.begin("scope", "records"));
        }
        if (done != null) {
          code(done);
        }
      }
      return new Told(caller, call.keyThumbprint(), tokens, once, failures, requests, waits);
    }

    /** What the right digits got; null where the call ended before. */
    private @Nullable Reply digits() throws Exception {
      if (misheard) {
        Reply again = answer("ssn", "ssn_last4", "what was that");
        expect(again, "403 insufficient_authorization", "ssn");
        assertThat(again.reason()).isEqualTo("not_understood");
      }
      for (int i = 0; i < wrongDigits; i++) {
        Reply wrong = answer("ssn", "ssn_last4", caller.wrong(i));
        wrong();
        if (wrongInSession == 3) {
          expect(wrong, "400 access_denied", "");
          return null;
        }
        expect(wrong, "403 insufficient_authorization", "ssn");
        assertThat(wrong.attemptsLeft()).isEqualTo(3 - wrongInSession);
      }
      if (ending == Ending.DROPS_AT_THE_DIGITS) {
        return null;
      }
      String said = misheard ? caller.lastFour() : caller.spokenLastFour();
      Reply right = answer("ssn", "ssn_last4", said);
      failures = 0;
      return right;
    }

    private void code(Reply asked) throws Exception {
      expect(asked, "403 insufficient_authorization", "sms");
      assertThat(asked.step().path("destination").asString())
          .endsWith(caller.phone().substring(caller.phone().length() - 2));
      if (ending == Ending.DROPS_AT_THE_CODE) {
        return;
      }
      String code = gateway.next(caller.phone());
      if (wrongCode) {
        Reply wrong = answer("sms", "code", code.equals("000000") ? "000001" : "000000");
        wrong();
        expect(wrong, "403 insufficient_authorization", "sms");
        assertThat(wrong.attemptsLeft()).isEqualTo(3 - wrongInSession);
      }
      Reply done = answer("sms", "code", code);
      failures = 0;
      token(done, "urn:latchstring:acr:knowledge-otp");
    }

    private void wrong() {
      wrongInSession++;
      failures++;
    }

    private void token(Reply done, String acr) throws Exception {
      expect(done, "200", "");
      once.add(done.text("authorization_code"));
      once.add(call.session());
      Reply issued = sent(() -> call.redeem(done));
      expect(issued, "200", "");
      JsonNode claims = PhoneCall.claims(issued.text("access_token"));
      assertThat(claims.path("acr").asString()).isEqualTo(acr);
      once.add(claims.path("jti").asString());
      tokens.add(claims);
      if (!issued.text("refresh_token").isEmpty()) {
        once.add(issued.text("refresh_token"));
      }
      Reply introspected =
          sent(() -> call.post("/introspect", Map.of("token", issued.text("access_token"))));
      assertThat(introspected.body().path("active").asBoolean()).isTrue();
      assertThat(introspected.text("sub")).isEqualTo(claims.path("sub").asString());
    }

    /** An answer; once more where its reply was lost, which changes nothing. */
    private Reply answer(String step, String... values) throws Exception {
      String session = call.session();
      Reply reply = sent(() -> call.answer(step, values));
      if (lostReply && reply.status() != 400) {
        call.goOn(session);
        Reply again = sent(() -> call.answer(step, values));
        assertThat(same(again)).isEqualTo(same(reply));
      }
      return reply;
    }

    /** Without what counts seconds. */
    private static String same(Reply reply) {
      return reply.toString().replaceAll("\"expires_in\":\\d+", "");
    }

    /** Sends until there is time for it. */
    private Reply sent(Callable<Reply> request) throws Exception {
      Reply reply = request.call();
      requests++;
      for (int i = 0; reply.status() == 503 && i < PATIENCE; i++) {
        waits.add(reply.text("error_description"));
        requests++;
        LockSupport.parkNanos(Duration.ofMillis(200).toNanos());
        reply = request.call();
      }
      return reply;
    }

    private void expect(Reply reply, String outcome, String step) {
      assertThat(reply.outcome()).as("%s: %s", PhoneStory.this, reply).isEqualTo(outcome);
      assertThat(reply.asked()).as("%s: %s", PhoneStory.this, reply).isEqualTo(step);
    }
  }
}
