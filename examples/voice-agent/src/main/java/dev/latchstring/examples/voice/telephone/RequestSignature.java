package dev.latchstring.examples.voice.telephone;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.net.URI;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * {@code X-Twilio-Signature}, as <a
 * href="https://www.twilio.com/docs/usage/security#validating-requests">Twilio documents</a> it:
 * base64 of HMAC-SHA1, under the account's auth token, over the address that was posted to and
 * every parameter, sorted by name, name and value without anything between them.
 *
 * <p>SHA-1 is the platforms' choice; as HMAC it is not known to be weak.
 */
final class RequestSignature {
  static final String HEADER = "X-Twilio-Signature";
  private static final String ALGORITHM = "HmacSHA1";

  private final SecretKeySpec key;

  /**
   * @param authToken the account's, a secret
   */
  RequestSignature(String authToken) {
    if (authToken.isBlank()) {
      throw new IllegalArgumentException("an auth token cannot be blank");
    }
    this.key = new SecretKeySpec(authToken.getBytes(UTF_8), ALGORITHM);
  }

  /**
   * Whether the platform signed this. It takes the same time wherever a wrong signature differs.
   *
   * @param address as the platform knows it, with its query
   * @param signature the header's value
   */
  boolean isGood(URI address, Map<String, List<String>> parameters, @Nullable String signature) {
    byte[] presented = (signature == null ? "" : signature).getBytes(US_ASCII);
    // With some products the platforms sign https addresses without their port, or with it.
    boolean asIs = MessageDigest.isEqual(expected(address.toString(), parameters), presented);
    boolean otherPort =
        MessageDigest.isEqual(expected(withOtherPort(address), parameters), presented);
    return asIs || otherPort;
  }

  /** The signature of a post. */
  byte[] expected(String address, Map<String, List<String>> parameters) {
    StringBuilder signed = new StringBuilder(address);
    new TreeMap<>(parameters)
        .forEach((name, values) ->
            new TreeSet<>(values).forEach(value -> signed.append(name).append(value)));
    try {
      Mac mac = Mac.getInstance(ALGORITHM);
      mac.init(key);
      return Base64.getEncoder().encode(mac.doFinal(signed.toString().getBytes(UTF_8)));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java platform has " + ALGORITHM, e);
    }
  }

  /** The address with its scheme's port written out, or without its port. */
  private static String withOtherPort(URI address) {
    String text = address.toString();
    String authority = address.getRawAuthority();
    String other;
    if (address.getPort() >= 0) {
      other = authority.substring(0, authority.lastIndexOf(':'));
    } else {
      other = authority + (address.getScheme().equals("https") ? ":443" : ":80");
    }
    return text.replaceFirst(
        "//" + Pattern.quote(authority), "//" + Matcher.quoteReplacement(other));
  }

  /** Without the key. */
  @Override
  public String toString() {
    return "RequestSignature[]";
  }
}
