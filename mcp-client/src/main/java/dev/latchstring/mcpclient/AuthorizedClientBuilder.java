package dev.latchstring.mcpclient;

import dev.latchstring.client.call.AuthorizedHttpClient;
import dev.latchstring.client.call.Authorizer;
import java.net.Authenticator;
import java.net.CookieHandler;
import java.net.InetAddress;
import java.net.ProxySelector;
import java.net.http.HttpClient;
import java.time.Duration;
import java.util.concurrent.Executor;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;

/** What a transport of the SDK makes its HTTP client with: one that authorizes what it sends. */
final class AuthorizedClientBuilder implements HttpClient.Builder {
  private final HttpClient.Builder plain;
  private final Authorizer authorizer;

  AuthorizedClientBuilder(HttpClient.Builder plain, Authorizer authorizer) {
    this.plain = plain;
    this.authorizer = authorizer;
  }

  /**
   * @throws IllegalArgumentException where it was told to follow redirects
   */
  @Override
  public HttpClient build() {
    return AuthorizedHttpClient.of(
        authorizer,
        plain.build(),
        request -> request instanceof NamedRequest named ? named.operation() : null);
  }

  @Override
  public HttpClient.Builder cookieHandler(CookieHandler cookieHandler) {
    plain.cookieHandler(cookieHandler);
    return this;
  }

  @Override
  public HttpClient.Builder connectTimeout(Duration duration) {
    plain.connectTimeout(duration);
    return this;
  }

  @Override
  public HttpClient.Builder sslContext(SSLContext sslContext) {
    plain.sslContext(sslContext);
    return this;
  }

  @Override
  public HttpClient.Builder sslParameters(SSLParameters sslParameters) {
    plain.sslParameters(sslParameters);
    return this;
  }

  @Override
  public HttpClient.Builder executor(Executor executor) {
    plain.executor(executor);
    return this;
  }

  @Override
  public HttpClient.Builder followRedirects(HttpClient.Redirect policy) {
    plain.followRedirects(policy);
    return this;
  }

  @Override
  public HttpClient.Builder version(HttpClient.Version version) {
    plain.version(version);
    return this;
  }

  @Override
  public HttpClient.Builder priority(int priority) {
    plain.priority(priority);
    return this;
  }

  @Override
  public HttpClient.Builder proxy(ProxySelector proxySelector) {
    plain.proxy(proxySelector);
    return this;
  }

  @Override
  public HttpClient.Builder authenticator(Authenticator authenticator) {
    plain.authenticator(authenticator);
    return this;
  }

  @Override
  public HttpClient.Builder localAddress(InetAddress localAddress) {
    plain.localAddress(localAddress);
    return this;
  }
}
