package dev.latchstring.client.browser;

import dev.latchstring.oauth.FormParameters;
import dev.latchstring.oauth.OAuthException;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Locale;

/**
 * RFC 8252 §7.3. What a person copied from a browser that could not come back by itself.
 *
 * @param redirectUri where it was to come back to
 */
record PastedAddress(URI redirectUri) {
  static final int MAX = 16 * 1024;

  static final String OF_ANOTHER_LOGIN =
      "that address belongs to another login; use the newest page";
  static final String TWICE = "the answer is here already";

  /** The text cannot be used, and says why: for the person, who may try again. */
  static final class Refused extends Exception {
    private static final long serialVersionUID = 1;

    Refused(String why) {
      super(why, null, false, false);
    }

    String why() {
      return String.valueOf(getMessage());
    }
  }

  /** What stands behind the question mark of the whole address, or is all that was copied. */
  FormParameters parameters(String pasted) throws Refused {
    try {
      return FormParameters.parse(query(pasted));
    } catch (OAuthException e) {
      throw new Refused("that address is damaged; copy all of it");
    }
  }

  private String query(String pasted) throws Refused {
    if (!pasted.contains("://")) {
      return pasted.startsWith("?") ? pasted.substring(1) : pasted;
    }
    URI uri;
    try {
      uri = new URI(pasted);
    } catch (URISyntaxException e) {
      throw another();
    }
    boolean ours =
        redirectUri.getScheme().equalsIgnoreCase(uri.getScheme())
            && redirectUri
                .getRawAuthority()
                .equals(String.valueOf(uri.getRawAuthority()).toLowerCase(Locale.ROOT))
            && redirectUri.getRawPath().equals(uri.getRawPath())
            && uri.getRawQuery() != null;
    if (!ours) {
      throw another();
    }
    return uri.getRawQuery();
  }

  private Refused another() {
    return new Refused(
        "that is another address; the one that is needed begins with " + redirectUri);
  }

  /** What an answer lacks that does not say which login it is for. */
  static Refused incomplete() {
    return new Refused("a part of the address is missing (state); copy all of it");
  }
}
