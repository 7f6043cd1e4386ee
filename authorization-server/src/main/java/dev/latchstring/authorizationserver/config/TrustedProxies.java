package dev.latchstring.authorizationserver.config;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;

/**
 * The networks whose {@code X-Forwarded-For} is believed. Empty by default: then the address of a
 * client is the address of its connection.
 */
public record TrustedProxies(List<Network> networks) {
  public static final TrustedProxies NONE = new TrustedProxies(List.of());

  /** Without leading zeros, which some read as octal. */
  private static final Pattern DOTTED =
      Pattern.compile("(?:(?:0|[1-9][0-9]{0,2})\\.){3}(?:0|[1-9][0-9]{0,2})");

  private static final Pattern WITH_COLONS = Pattern.compile("(?=[^:]*:[^:]*:)[0-9A-Fa-f:.]{2,45}");

  public TrustedProxies {
    networks = List.copyOf(networks);
  }

  /** An address and how many of its leading bits count. */
  public record Network(List<Byte> address, int bits) {
    private static Network of(InetAddress address, int bits) {
      List<Byte> bytes = new ArrayList<>();
      for (byte b : address.getAddress()) {
        bytes.add(b);
      }
      return new Network(List.copyOf(bytes), bits);
    }

    boolean contains(byte[] candidate) {
      if (candidate.length != address.size()) {
        return false;
      }
      for (int bit = 0; bit < bits; bit += 8) {
        int mask = bits - bit >= 8 ? 0xFF : (0xFF << (8 - (bits - bit))) & 0xFF;
        if (((candidate[bit / 8] ^ address.get(bit / 8)) & mask) != 0) {
          return false;
        }
      }
      return true;
    }
  }

  /**
   * Reads addresses such as {@code 10.0.0.7} and networks such as {@code 10.0.0.0/8}.
   *
   * @throws ConfigurationException where one is neither
   */
  static TrustedProxies parse(List<String> texts) {
    return new TrustedProxies(texts.stream().map(TrustedProxies::network).toList());
  }

  private static Network network(String text) {
    int slash = text.indexOf('/');
    String host = slash < 0 ? text : text.substring(0, slash);
    try {
      InetAddress address = literal(host);
      int all = address.getAddress().length * 8;
      int bits = slash < 0 ? all : Integer.parseInt(text.substring(slash + 1));
      if (bits < 0 || bits > all) {
        throw new NumberFormatException("out of range");
      }
      return Network.of(address, bits);
    } catch (UnknownHostException | NumberFormatException e) {
      throw new ConfigurationException(
          "trusted_proxies: '"
              + text
              + "' is not an address or a network; write for example 10.0.0.7 or 10.0.0.0/8");
    }
  }

  /**
   * An address from its literal form. A name is never resolved, even one like {@code be.ef.ca.fe}.
   */
  private static InetAddress literal(String text) throws UnknownHostException {
    String bare =
        text.startsWith("[") && text.endsWith("]") ? text.substring(1, text.length() - 1) : text;
    if (DOTTED.matcher(bare).matches()) {
      byte[] bytes = new byte[4];
      String[] parts = bare.split("\\.", -1);
      for (int i = 0; i < bytes.length; i++) {
        int part = Integer.parseInt(parts[i]);
        if (part > 255) {
          throw new UnknownHostException("not a literal address");
        }
        bytes[i] = (byte) part;
      }
      return InetAddress.getByAddress(bytes);
    }
    if (!WITH_COLONS.matcher(bare).matches()) {
      throw new UnknownHostException("not a literal address");
    }
    return InetAddress.getByName("[" + bare + "]"); // in brackets nothing is a name
  }

  public boolean contains(String address) {
    if (networks.isEmpty()) {
      return false;
    }
    try {
      byte[] bytes = literal(address).getAddress();
      return networks.stream().anyMatch(network -> network.contains(bytes));
    } catch (UnknownHostException e) {
      return false;
    }
  }

  /**
   * The address the request came from: the last in the chain that is not one of ours.
   *
   * @param peer the address of the connection
   * @param forwardedFor the values of {@code X-Forwarded-For} in order, each a comma-separated list
   */
  public String clientAddress(String peer, List<String> forwardedFor) {
    if (!contains(peer)) {
      return peer;
    }
    List<String> hops =
        forwardedFor.stream().flatMap(value -> Arrays.stream(value.split(",", -1))).toList();
    String client = peer;
    for (String hop : hops.reversed()) {
      String address = hop.strip();
      if (!isLiteral(address)) {
        return client;
      }
      client = address;
      if (!contains(address)) {
        return client;
      }
    }
    return client;
  }

  private static boolean isLiteral(String text) {
    try {
      return literal(text).getAddress().length > 0;
    } catch (UnknownHostException e) {
      return false;
    }
  }
}
