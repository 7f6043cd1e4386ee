package dev.latchstring.client.token;

import dev.latchstring.client.AccessToken;
import dev.latchstring.client.TokenSource;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Tokens whose source is decided when the first one is asked for: what is configured wrongly must
 * not keep anybody from looking at an account, or logging out.
 */
public final class LazyTokens implements TokenSource {
  private final Supplier<TokenSource> decide;
  private @Nullable TokenSource decided;

  /**
   * @param decide is asked again after it threw
   */
  public LazyTokens(Supplier<TokenSource> decide) {
    this.decide = decide;
  }

  @Override
  public AccessToken token() {
    return source().token();
  }

  @Override
  public AccessToken rejected(AccessToken token) {
    return source().rejected(token);
  }

  private synchronized TokenSource source() {
    TokenSource present = decided;
    if (present == null) {
      present = decide.get();
      decided = present;
    }
    return present;
  }
}
