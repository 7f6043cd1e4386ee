package dev.latchstring.authorizationserver.page;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.HexFormat;

/**
 * Whose failures are counted together: an IPv4 address, or the /64 network of an IPv6 address, for
 * one person has all of that.
 */
public final class ClientNetwork {
  private ClientNetwork() {}

  /**
   * The network of an address.
   *
   * @param address a literal address, with or without brackets; anything else is its own network
   */
  public static String of(String address) {
    String bare = bare(address);
    if (bare.indexOf(':') < 0) {
      return bare;
    }
    try {
      InetAddress parsed = InetAddress.getByName("[" + bare + "]"); // in brackets, never resolved
      return parsed instanceof Inet6Address
          ? HexFormat.of().formatHex(Arrays.copyOf(parsed.getAddress(), 8)) + "/64"
          : parsed.getHostAddress();
    } catch (UnknownHostException e) {
      return bare;
    }
  }

  /** The address without the brackets that URLs put around it. */
  public static String bare(String address) {
    return address.startsWith("[") && address.endsWith("]")
        ? address.substring(1, address.length() - 1)
        : address;
  }
}
