package dev.latchstring.oauth.fetch;

import java.net.Inet6Address;
import java.net.InetAddress;

/**
 * Which network addresses a fetch may reach.
 *
 * <p>{@link #PUBLIC_ONLY} refuses everything that IANA's special-purpose registries (RFC 6890) keep
 * for other than the global Internet: this host, private networks, link-local (where clouds keep
 * their metadata service), shared, benchmarking, documentation, multicast and reserved ranges, and
 * the IPv6 forms that embed an IPv4 address of those.
 */
public enum AddressPolicy {
  /** Only addresses of the global Internet. */
  PUBLIC_ONLY {
    @Override
    public boolean allows(InetAddress address) {
      return isPublic(address);
    }
  },
  /** As {@link #PUBLIC_ONLY}, and this machine's loopback: for development. */
  PUBLIC_AND_LOOPBACK {
    @Override
    public boolean allows(InetAddress address) {
      return address.isLoopbackAddress() || isPublic(address);
    }
  },
  /** Every address: for an operator whose own network is trusted. */
  ANY {
    @Override
    public boolean allows(InetAddress address) {
      return true;
    }
  };

  public abstract boolean allows(InetAddress address);

  /** RFC 1918, RFC 6598, RFC 4193: networks of somebody's own, loopback and link-local apart. */
  static boolean isPrivate(InetAddress address) {
    byte[] b = address.getAddress();
    int first = b[0] & 0xFF;
    if (address instanceof Inet6Address) {
      return (first & 0xFE) == 0xFC;
    }
    int second = b[1] & 0xFF;
    return first == 10
        || (first == 172 && (second & 0xF0) == 16)
        || (first == 192 && second == 168)
        || (first == 100 && (second & 0xC0) == 64);
  }

  private static boolean isPublic(InetAddress address) {
    if (address.isAnyLocalAddress()
        || address.isLoopbackAddress()
        || address.isLinkLocalAddress()
        || address.isSiteLocalAddress()
        || address.isMulticastAddress()) {
      return false;
    }
    byte[] b = address.getAddress();
    return address instanceof Inet6Address ? isPublicV6(b) : isPublicV4(b, 0);
  }

  private static boolean isPublicV4(byte[] b, int from) {
    int first = b[from] & 0xFF;
    int second = b[from + 1] & 0xFF;
    int third = b[from + 2] & 0xFF;
    return !(first == 0
        || first == 10
        || first == 127
        || (first == 100 && (second & 0xC0) == 64)
        || (first == 169 && second == 254)
        || (first == 172 && (second & 0xF0) == 16)
        || (first == 192 && second == 0 && (third == 0 || third == 2))
        || (first == 192 && second == 88 && third == 99)
        || (first == 192 && second == 168)
        || (first == 198 && (second & 0xFE) == 18)
        || (first == 198 && second == 51 && third == 100)
        || (first == 203 && second == 0 && third == 113)
        || first >= 224);
  }

  private static boolean isPublicV6(byte[] b) {
    int head = (b[0] & 0xFF) << 8 | (b[1] & 0xFF);
    int next = (b[2] & 0xFF) << 8 | (b[3] & 0xFF);
    if (head == 0x0064 && next == 0xFF9B) {
      return isPublicV4(b, 12); // NAT64 (RFC 6052)
    }
    if (head == 0x2002) {
      return isPublicV4(b, 2); // 6to4 (RFC 3056)
    }
    boolean globalUnicast = (head & 0xE000) == 0x2000;
    boolean protocolAssignments = head == 0x2001 && (next & 0xFE00) == 0;
    boolean documentation = (head == 0x2001 && next == 0x0DB8) || (head & 0xFFF0) == 0x3FF0;
    return globalUnicast && !protocolAssignments && !documentation;
  }
}
