package dev.latchstring.client.doctor;

import java.net.URI;
import java.util.Locale;

/** Whether two addresses may be one operator's. */
final class Hosts {
  private Hosts() {}

  /** The same host, or one below the other. */
  static boolean areRelated(URI one, URI other) {
    String a = host(one);
    String b = host(other);
    return !a.isEmpty()
        && !b.isEmpty()
        && (a.equals(b) || a.endsWith("." + b) || b.endsWith("." + a));
  }

  private static String host(URI uri) {
    return uri.getHost() == null ? "" : uri.getHost().toLowerCase(Locale.ROOT);
  }
}
