package dev.latchstring.oauth.fetch;

import java.io.IOException;
import java.net.InetAddress;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.util.List;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;
import org.jspecify.annotations.Nullable;

/**
 * What the operator adds to the Internet: hosts of a network of their own, and who certifies them.
 *
 * @param hosts which hosts may be at private addresses (RFC 1918, RFC 6598, RFC 4193). Loopback and
 *     link-local addresses, where clouds keep their metadata service, are none of these
 * @param authorities who is believed beside those that the JDK believes
 */
public record OwnNetwork(HostNames hosts, List<X509Certificate> authorities) {
  /** The Internet alone. */
  public static final OwnNetwork NONE = new OwnNetwork(HostNames.NONE, List.of());

  public OwnNetwork {
    authorities = List.copyOf(authorities);
  }

  boolean allows(String host, InetAddress address) {
    return AddressPolicy.isPrivate(address) && hosts.contains(host);
  }

  /** Every authority that is believed, or null for those of the JDK alone. */
  @Nullable KeyStore trustStore() {
    if (authorities.isEmpty()) {
      return null;
    }
    try {
      KeyStore store = KeyStore.getInstance("PKCS12");
      store.load(null, null);
      TrustManagerFactory usual =
          TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
      usual.init((KeyStore) null);
      for (TrustManager manager : usual.getTrustManagers()) {
        if (manager instanceof X509TrustManager believes) {
          add(store, "usual-", List.of(believes.getAcceptedIssuers()));
        }
      }
      add(store, "own-", authorities);
      return store;
    } catch (GeneralSecurityException | IOException e) {
      throw new IllegalStateException("the certificates cannot be used", e);
    }
  }

  private static void add(KeyStore store, String prefix, List<X509Certificate> certificates)
      throws GeneralSecurityException {
    for (int i = 0; i < certificates.size(); i++) {
      store.setCertificateEntry(prefix + i, certificates.get(i));
    }
  }
}
