package dev.latchstring.client.machine;

import dev.latchstring.client.TokenSource;
import dev.latchstring.client.flow.Assessment;
import dev.latchstring.client.flow.Flow;
import dev.latchstring.client.flow.FlowName;
import dev.latchstring.client.flow.Situation;
import dev.latchstring.client.login.Login;
import dev.latchstring.client.login.LoginContext;
import dev.latchstring.client.login.LoginOutcome;
import dev.latchstring.client.login.LoginPrompt;
import java.net.URI;
import org.jspecify.annotations.Nullable;

/**
 * A token that was given, among the flows. There is nothing to log in for: it is used as it is.
 *
 * @param tokens gives it; null where none was given
 * @param keptFor the server that the one in the environment is for, where that is another
 */
record GivenFlow(@Nullable TokenSource tokens, URI server, @Nullable String keptFor)
    implements Flow {
  @Override
  public FlowName name() {
    return FlowName.ENVIRONMENT;
  }

  @Override
  public Assessment assess(Situation situation) {
    if (keptFor != null) {
      return Assessment.unusable(KeptBack.why(keptFor), KeptBack.hint(server));
    }
    return tokens == null
        ? Assessment.unusable("no token is given", "set " + MachineConfiguration.TOKEN)
        : Assessment.suited("a token is given, and goes before every login");
  }

  @Override
  public Login login(LoginContext context) {
    TokenSource given = tokens;
    if (given == null) {
      throw new IllegalStateException("not usable: " + name());
    }
    return new Login() {
      @Override
      public FlowName flow() {
        return name();
      }

      @Override
      public LoginOutcome run(LoginPrompt prompt) {
        return new LoginOutcome.Approved(Tried.of(given.token(), context.at(), "the given token"));
      }

      @Override
      public void cancel() {
        // It is over before it could be.
      }
    };
  }
}
