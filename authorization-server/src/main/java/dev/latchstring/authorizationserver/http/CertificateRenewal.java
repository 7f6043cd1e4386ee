package dev.latchstring.authorizationserver.http;

import dev.latchstring.authorizationserver.config.ConfigurationException;
import dev.latchstring.authorizationserver.config.ServerConfiguration.TlsSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.security.KeyStore;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.eclipse.jetty.util.component.AbstractLifeCycle;
import org.eclipse.jetty.util.ssl.SslContextFactory;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes over a renewed certificate without a restart: looks once a minute whether a file changed.
 * Connections that are open go on with the old one; files that do not fit leave the old one in
 * place.
 */
final class CertificateRenewal extends AbstractLifeCycle {
  private static final Logger LOG = LoggerFactory.getLogger(CertificateRenewal.class);
  private static final long MINUTES = 1;

  private final TlsSettings tls;
  private final SslContextFactory.Server context;
  private List<FileTime> seen = List.of();
  private @Nullable ScheduledExecutorService thread;

  CertificateRenewal(TlsSettings tls, SslContextFactory.Server context) {
    this.tls = tls;
    this.context = context;
  }

  /**
   * The key store as the files are now.
   *
   * @throws ConfigurationException where they cannot be used
   */
  synchronized KeyStore load() {
    seen = changed();
    return PemKeyStore.load(tls);
  }

  // A certificate that cannot be used must not take down a server that has one.
  @SuppressWarnings("CatchingUnchecked")
  synchronized void renew() {
    if (changed().equals(seen)) {
      return;
    }
    try {
      KeyStore store = load();
      context.reload(factory -> factory.setKeyStore(store));
      LOG.info("the TLS certificate was renewed from {}", tls.certificate());
    } catch (Exception e) {
      LOG.error("the TLS certificate changed and cannot be used; the old one stays", e);
    }
  }

  private List<FileTime> changed() {
    return List.of(changed(tls.certificate()), changed(tls.privateKey()));
  }

  private static FileTime changed(Path file) {
    try {
      return Files.getLastModifiedTime(file);
    } catch (IOException e) {
      return FileTime.fromMillis(0);
    }
  }

  @Override
  protected void doStart() {
    thread =
        Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("certificate").factory());
    var unused = thread.scheduleWithFixedDelay(this::renew, MINUTES, MINUTES, TimeUnit.MINUTES);
  }

  @Override
  protected void doStop() {
    if (thread != null) {
      thread.shutdownNow();
    }
  }
}
