package dev.latchstring.client.http;

import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * The hosts of {@code NO_PROXY}: names, which stand for the names below them too; addresses;
 * networks such as {@code 10.0.0.0/8}; each with a port or for all; and {@code *} for everything.
 * No name is resolved: a network counts only for a target that is written as an address.
 */
final class DirectHosts {
  /** The most entries; what comes after them is not read. */
  private static final int MAX = 1000;

  private record Entry(String host, int port, byte @Nullable [] network, int bits) {}

  private final boolean all;
  private final List<Entry> entries;

  private DirectHosts(boolean all, List<Entry> entries) {
    this.all = all;
    this.entries = entries;
  }

  static DirectHosts parse(String list) {
    boolean all = false;
    List<Entry> entries = new ArrayList<>();
    for (String text : list.split("[,\\s]+", MAX + 1)) {
      if (text.equals("*")) {
        all = true;
      } else if (!text.isEmpty() && entries.size() < MAX) {
        entries.add(entry(text.toLowerCase(Locale.ROOT)));
      }
    }
    return new DirectHosts(all, List.copyOf(entries));
  }

  private static Entry entry(String text) {
    int slash = text.indexOf('/');
    byte[] network = slash < 0 ? null : address(text.substring(0, slash));
    if (network != null) {
      int bits = number(text.substring(slash + 1));
      return new Entry("", -1, network, bits < 0 || bits > network.length * 8 ? -1 : bits);
    }
    byte[] single = address(text);
    if (single != null) {
      return new Entry("", -1, single, single.length * 8);
    }
    int colon = text.indexOf(':', text.lastIndexOf(']') + 1);
    int port = colon < 0 ? -1 : number(text.substring(colon + 1));
    String host = colon < 0 ? text : text.substring(0, colon);
    byte[] numeric = address(host);
    if (numeric != null) {
      return new Entry("", port, numeric, numeric.length * 8);
    }
    String name = host.startsWith("*.") ? host.substring(2) : host;
    return new Entry(name.startsWith(".") ? name.substring(1) : name, port, null, 0);
  }

  /** Whether a target is reached directly. */
  boolean holds(URI target, String host) {
    if (all) {
      return true;
    }
    String name = host.toLowerCase(Locale.ROOT);
    String trimmed = name.endsWith(".") ? name.substring(0, name.length() - 1) : name;
    byte[] address = address(trimmed);
    int port = target.getPort() > 0 ? target.getPort() : isHttps(target) ? 443 : 80;
    for (Entry entry : entries) {
      boolean rightPort = entry.port() < 0 || entry.port() == port;
      byte[] network = entry.network();
      boolean rightHost =
          network == null
              ? address == null
                  && !entry.host().isEmpty()
                  && (trimmed.equals(entry.host()) || trimmed.endsWith("." + entry.host()))
              : address != null && isIn(address, network, entry.bits());
      if (rightPort && rightHost) {
        return true;
      }
    }
    return false;
  }

  private static boolean isHttps(URI target) {
    return "https".equalsIgnoreCase(target.getScheme());
  }

  private static boolean isIn(byte[] address, byte[] network, int bits) {
    if (bits < 0 || address.length != network.length) {
      return false;
    }
    for (int bit = 0; bit < bits; bit++) {
      int mask = 0x80 >> (bit % 8);
      if ((address[bit / 8] & mask) != (network[bit / 8] & mask)) {
        return false;
      }
    }
    return true;
  }

  /** An address that is written as one; null for a name, which is not looked up. */
  private static byte @Nullable [] address(String text) {
    String bare =
        text.startsWith("[") && text.endsWith("]") ? text.substring(1, text.length() - 1) : text;
    boolean v6 = bare.indexOf(':') >= 0 && bare.chars().allMatch(DirectHosts::isOfV6);
    if (!v6 && !isV4(bare)) {
      return null;
    }
    try {
      return InetAddress.getByName(bare).getAddress();
    } catch (UnknownHostException e) {
      return null;
    }
  }

  private static boolean isOfV6(int c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || c == ':' || c == '.';
  }

  private static boolean isV4(String text) {
    String[] parts = text.split("\\.", -1);
    if (parts.length != 4) {
      return false;
    }
    for (String part : parts) {
      int number = number(part);
      if (number < 0 || number > 255) {
        return false;
      }
    }
    return true;
  }

  /** A small number; negative where the text is none. */
  private static int number(String text) {
    boolean digits =
        !text.isEmpty() && text.length() <= 5 && text.chars().allMatch(c -> c >= '0' && c <= '9');
    return digits ? Integer.parseInt(text) : -2;
  }
}
