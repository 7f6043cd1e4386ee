package dev.latchstring.cli.demo;

import dev.latchstring.cli.CommandFailure;
import dev.latchstring.cli.Environment;
import dev.latchstring.cli.ExitStatus;
import dev.latchstring.cli.terminal.Durations;
import dev.latchstring.cli.terminal.Output;
import dev.latchstring.cli.terminal.QrCode;
import dev.latchstring.cli.terminal.Style;
import dev.latchstring.cli.terminal.Waiting;
import dev.latchstring.client.AccessToken;
import dev.latchstring.client.Account;
import dev.latchstring.client.login.Approval;
import dev.latchstring.client.login.DeviceCode;
import dev.latchstring.client.login.Login;
import dev.latchstring.client.login.LoginOptions;
import dev.latchstring.client.login.LoginOutcome;
import dev.latchstring.oauth.Json;
import dev.latchstring.oauth.JsonException;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** One device login of the story: the code, the person, the token. */
final class DemoLogin {
  private final Environment environment;
  private final Output output;
  private final Story story;
  private final DemoPeople people;
  private final boolean interactive;
  private final boolean withQrCode;
  private boolean drawn;

  DemoLogin(
      Environment environment,
      Output output,
      Story story,
      DemoPeople people,
      boolean interactive,
      boolean withQrCode) {
    this.environment = environment;
    this.output = output;
    this.story = story;
    this.people = people;
    this.interactive = interactive;
    this.withQrCode = withQrCode;
  }

  /** Logs in, and gives the token of whoever approved. */
  AccessToken run(Account account, LoginOptions options) throws IOException {
    long began = System.nanoTime();
    Login login = account.login(options);
    AtomicReference<@Nullable Exception> fault = new AtomicReference<>();
    AtomicReference<@Nullable Waiting> waiting = new AtomicReference<>();
    long[] shown = {began};
    LoginOutcome outcome;
    try {
      outcome =
          login.run(code -> {
            shown[0] = System.nanoTime();
            show(code, Duration.ofNanos(shown[0] - began));
            if (interactive) {
              waiting.set(
                  Waiting.on(output, "Waiting for you", code.expiresAt(), environment.clock()));
            } else {
              Thread.startVirtualThread(() -> play(code, login, fault));
            }
          });
    } finally {
      Waiting running = waiting.get();
      if (running != null) {
        running.close();
      }
    }
    Exception failed = fault.get();
    if (failed != null) {
      throw new IOException("the person could not approve: " + failed.getMessage(), failed);
    }
    if (!(outcome instanceof LoginOutcome.Approved approved)) {
      throw new CommandFailure(
          ExitStatus.NOT_LOGGED_IN,
          outcome instanceof LoginOutcome.Denied
              ? "the login was denied on the verification page"
              : "nobody approved the login",
          "run latch demo again; without --interactive it approves by itself");
    }
    approved.approval().confirm();
    AccessToken token = account.tokens().token();
    tell(approved.approval(), token, Duration.ofNanos(System.nanoTime() - shown[0]));
    return token;
  }

  private void show(DeviceCode code, Duration took) {
    URI address =
        Objects.requireNonNullElse(code.verificationUriComplete(), code.verificationUri());
    Story.Step step =
        Story.step("It asks for a code that a person can enter anywhere (RFC 8628)", took)
            .asked(
                "POST the device authorization endpoint: scope="
                    + code.scope()
                    + ", resource="
                    + code.server())
            .answered(
                "user_code "
                    + code.userCode()
                    + ", poll every "
                    + code.interval().toSeconds()
                    + " s")
            .note("Open   " + code.verificationUri())
            .note("Enter  " + code.userCode());
    story.tell(step);
    output.result("");
    if (withQrCode && !drawn) {
      drawn = true; // once shows what it looks like
      output.resultBlocks(
          QrCode.of(address.toString()).draw(output.terminal(), output.terminal().output()));
    }
    if (interactive) {
      output.result(
          Style.BOLD,
          "     Your turn: sign in as "
              + DemoPeople.PERSON
              + " with the password "
              + people.password());
      output.result(
          "     The code is good for "
              + Durations.remaining(
                  Duration.between(environment.clock().instant(), code.expiresAt())));
    }
  }

  private void play(DeviceCode code, Login login, AtomicReference<@Nullable Exception> fault) {
    URI address =
        Objects.requireNonNullElse(code.verificationUriComplete(), code.verificationUri());
    long began = System.nanoTime();
    try (PlayedPerson person = new PlayedPerson(DemoPeople.PERSON, people.password())) {
      List<PlayedPerson.Visit> visits = person.decide(address, code.userCode(), "allow");
      Story.Step step =
          Story.step(
              "A person opens the address (played, over HTTP, on the real pages)",
              Duration.ofNanos(System.nanoTime() - began));
      for (PlayedPerson.Visit visit : visits) {
        step.answered("page \"" + visit.heading() + "\", in " + Durations.took(visit.took()));
        if (!visit.action().isEmpty()) {
          step.asked(DemoPeople.PERSON + " " + visit.action());
        }
      }
      story.tell(step);
      if (output.terminal().error()) {
        waiting.set(Waiting.on(output, "Waiting for the next poll", null, environment.clock()));
      }
    } catch (IOException | RuntimeException e) {
      fault.set(e);
      login.cancel();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      login.cancel();
    }
  }

  private void tell(Approval approval, AccessToken token, Duration took) {
    Story.Step step =
        Story.step("The token arrives with the next poll", took)
            .asked("POST the token endpoint, every few seconds: grant_type=...:device_code")
            .answered("an access token for " + approval.identity().display());
    JsonNode claims = claims(token.value());
    if (claims != null) {
      step.note("aud     " + claims.path("aud") + ", good nowhere else")
          .note("scope   " + token.scope())
          .note("client  " + claims.path("client_id").asString(""))
          .note(
              "life    "
                  + (claims.path("exp").asLong(0) - claims.path("iat").asLong(0))
                  + " s, then refreshed without anybody");
    }
    story.tell(step);
  }

  /** RFC 9068: what the token says, or null where it is not a JWT. Nothing is trusted here. */
  private static @Nullable JsonNode claims(String token) {
    String[] parts = token.split("\\.", -1);
    if (parts.length != 3) {
      return null;
    }
    try {
      return Json.readTree(
          new String(Base64.getUrlDecoder().decode(parts[1]), StandardCharsets.UTF_8));
    } catch (IllegalArgumentException | JsonException e) {
      return null;
    }
  }
}
