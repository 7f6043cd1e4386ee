package dev.latchstring.client.store;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.latchstring.client.ClientException;
import dev.latchstring.client.Problem;
import dev.latchstring.oauth.Json;
import dev.latchstring.oauth.JsonException;
import java.nio.file.Path;
import java.util.Arrays;

/**
 * An entry as JSON, with the version of its format as the first member.
 *
 * <p>1, which has no such member: what came before versions. 2: members that a reader may not lose,
 * such as {@code dpop_key}. A reader takes its own version and every earlier one, and refuses a
 * later one: it would drop what it does not know when it writes the entry again. Whoever adds a
 * member that may not be lost counts up.
 */
final class EntryFormat {
  /** The version that is written. */
  static final int CURRENT = 2;

  private static final byte[] MEMBER = "{\"format\":".getBytes(US_ASCII);
  private static final int MAX_DIGITS = 9;

  private EntryFormat() {}

  static byte[] write(StoredEntry entry) {
    byte[] members = Json.bytes(entry);
    byte[] start = ("{\"format\":" + CURRENT + ",").getBytes(US_ASCII);
    byte[] whole = Arrays.copyOf(start, start.length + members.length - 1);
    System.arraycopy(members, 1, whole, start.length, members.length - 1);
    return whole;
  }

  /**
   * @param file for messages
   * @throws ClientException {@link Problem#STORE_UNAVAILABLE} where a newer version wrote it,
   *     {@link Problem#STORE_DAMAGED} where it is no such entry
   */
  static <T extends StoredEntry> T read(byte[] content, Class<T> type, Path file) {
    int format = format(content);
    if (format > CURRENT) {
      throw new ClientException(
          Problem.STORE_UNAVAILABLE,
          "the token file " + file + " was written by a newer version of this program",
          "use that version; or run latch logout for its server and log in again");
    }
    try {
      return type == StoredLogin.class
          ? type.cast(StoredLoginReader.read(content))
          : Json.read(content, type);
    } catch (JsonException e) {
      throw SealedFile.damaged(file, "does not hold what its name says");
    }
  }

  /** By hand: the rest of a newer entry may be anything. */
  private static int format(byte[] content) {
    if (content.length < MEMBER.length
        || !Arrays.equals(content, 0, MEMBER.length, MEMBER, 0, MEMBER.length)) {
      return 1;
    }
    int version = 0;
    int digits = 0;
    for (int i = MEMBER.length; i < content.length && isDigit(content[i]); i++) {
      version = version * 10 + (content[i] - '0');
      if (++digits == MAX_DIGITS) {
        break;
      }
    }
    return version;
  }

  private static boolean isDigit(byte b) {
    return b >= '0' && b <= '9';
  }
}
