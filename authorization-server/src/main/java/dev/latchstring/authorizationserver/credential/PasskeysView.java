package dev.latchstring.authorizationserver.credential;

import dev.latchstring.authorizationserver.page.Frame;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What {@code passkeys.jte} shows.
 *
 * @param options PublicKeyCredentialCreationOptionsJSON where a passkey is being made, else null
 * @param script the path of the script that makes it
 * @param possible whether this server can have passkeys
 * @param full whether the person has as many as one may have
 * @param notice what was done; null for nothing
 * @param error what was wrong; null for nothing
 */
public record PasskeysView(
    Frame frame,
    List<Entry> entries,
    @Nullable String options,
    String script,
    boolean possible,
    boolean full,
    @Nullable String notice,
    @Nullable String error) {

  /**
   * One passkey.
   *
   * @param id its credential id, as a form sends it back
   * @param since when it was made, in words
   * @param sinceMachine when, in ISO 8601
   * @param lastUsed when it was last used, in words; null for never
   * @param copied whether it is on several of the person's devices
   */
  public record Entry(
      String id,
      String name,
      String since,
      String sinceMachine,
      @Nullable String lastUsed,
      boolean copied) {}
}
