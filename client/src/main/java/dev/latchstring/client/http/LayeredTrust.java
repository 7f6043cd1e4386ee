package dev.latchstring.client.http;

import java.io.IOException;
import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertPathBuilderException;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;
import org.jspecify.annotations.Nullable;

/**
 * RFC 5280 §6. A certificate is trusted where one of several sets of authorities vouches for it.
 * They are asked in turn, and read when it is their turn: parsing all that a machine trusts takes
 * longer than a whole handshake.
 */
final class LayeredTrust extends X509ExtendedTrustManager {
  /** A set of authorities that is read when it is first asked. */
  private static final class Layer {
    private final Source source;
    private @Nullable X509ExtendedTrustManager opened;
    private boolean tried;

    Layer(Source source) {
      this.source = source;
    }

    /** Null where there is none. */
    synchronized @Nullable X509ExtendedTrustManager get() {
      if (!tried) {
        tried = true;
        try {
          opened = manager(source.read());
        } catch (GeneralSecurityException | IOException e) {
          opened = null;
        }
      }
      return opened;
    }
  }

  /** Reads a set of authorities; an empty one vouches for nobody. */
  interface Source {
    /** Null for the Java runtime's own. */
    @Nullable KeyStore read() throws GeneralSecurityException, IOException;
  }

  private interface Check {
    void by(X509ExtendedTrustManager manager) throws CertificateException;
  }

  private final List<Layer> layers;

  private LayeredTrust(List<Layer> layers) {
    this.layers = layers;
  }

  /**
   * @param further authorities besides those of the Java runtime and of the machine; null for none
   */
  static SSLContext context(@Nullable List<Certificate> further, Source machine) {
    List<Layer> layers = new ArrayList<>();
    if (further != null) {
      KeyStore store = Certificates.store(further);
      layers.add(new Layer(() -> store));
    }
    layers.add(new Layer(() -> null));
    layers.add(new Layer(machine));
    try {
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(null, new TrustManager[] {new LayeredTrust(layers)}, null);
      return context;
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("this Java runtime has no TLS", e);
    }
  }

  private static @Nullable X509ExtendedTrustManager manager(@Nullable KeyStore authorities)
      throws GeneralSecurityException {
    if (authorities != null && authorities.size() == 0) {
      return null;
    }
    TrustManagerFactory factory =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    factory.init(authorities);
    for (TrustManager manager : factory.getTrustManagers()) {
      if (manager instanceof X509ExtendedTrustManager extended) {
        return extended;
      }
    }
    return null;
  }

  /** What is told in the end is what somebody knew best: a wrong name rather than a stranger. */
  private void check(Check check) throws CertificateException {
    CertificateException telling = null;
    for (Layer layer : layers) {
      X509ExtendedTrustManager manager = layer.get();
      if (manager == null) {
        continue;
      }
      try {
        check.by(manager);
        return;
      } catch (CertificateException e) {
        telling = telling == null || (isUnknown(telling) && !isUnknown(e)) ? e : telling;
      }
    }
    throw telling == null ? new CertificateException("no authority is trusted at all") : telling;
  }

  /** Whether nobody vouches for a certificate, rather than that something else is wrong with it. */
  static boolean isUnknown(Throwable failure) {
    Throwable cause = failure;
    for (int depth = 0; cause != null && depth < 12; depth++) {
      if (cause instanceof CertPathBuilderException) {
        return true;
      }
      cause = cause.getCause();
    }
    return false;
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine)
      throws CertificateException {
    check(manager -> manager.checkServerTrusted(chain, type, engine));
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket)
      throws CertificateException {
    check(manager -> manager.checkServerTrusted(chain, type, socket));
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String type) throws CertificateException {
    check(manager -> manager.checkServerTrusted(chain, type));
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine)
      throws CertificateException {
    throw new CertificateException("this is no server");
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket)
      throws CertificateException {
    throw new CertificateException("this is no server");
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String type) throws CertificateException {
    throw new CertificateException("this is no server");
  }

  /** Only a server says whose certificates it takes. */
  @Override
  public X509Certificate[] getAcceptedIssuers() {
    return new X509Certificate[0];
  }
}
