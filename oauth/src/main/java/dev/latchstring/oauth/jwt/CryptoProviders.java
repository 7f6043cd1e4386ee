package dev.latchstring.oauth.jwt;

import java.lang.reflect.InvocationTargetException;
import java.security.Provider;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The provider of cryptography: Amazon Corretto Crypto Provider where its native library loads,
 * else the JDK's own.
 *
 * <p>It signs and verifies P-256 six times as fast as the JDK. It is not a dependency of this
 * module: a program that wants it puts it on its class path, and every failure to load it means the
 * JDK's.
 */
public final class CryptoProviders {
  private static final Logger LOG = LoggerFactory.getLogger(CryptoProviders.class);

  private static final class Holder {
    static final @Nullable Provider NATIVE = load();
  }

  private CryptoProviders() {}

  /** The native provider, or null where there is none. The first call may take 200 ms. */
  public static @Nullable Provider nativeProvider() {
    return Holder.NATIVE;
  }

  // LinkageError: a native library that is missing or does not fit must not stop the program.
  private static @Nullable Provider load() {
    try {
      Class<?> type =
          Class.forName("com.amazon.corretto.crypto.provider.AmazonCorrettoCryptoProvider");
      Provider provider = (Provider) type.getField("INSTANCE").get(null);
      Object error = type.getMethod("getLoadingError").invoke(provider);
      if (error == null) {
        return provider;
      }
      LOG.debug("native crypto provider did not load: {}", error.toString());
    } catch (ClassNotFoundException e) {
      LOG.debug("no native crypto provider on the class path");
    } catch (NoSuchFieldException
        | NoSuchMethodException
        | IllegalAccessException
        | InvocationTargetException
        | LinkageError e) {
      LOG.debug("native crypto provider did not load", e);
    }
    return null;
  }
}
