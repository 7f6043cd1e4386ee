package dev.latchstring.mcpclient;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.time.Duration;

/** A request builder that another one does the work of, and whose {@code build} is its own. */
abstract class ForwardingRequestBuilder implements HttpRequest.Builder {
  private final HttpRequest.Builder builder;

  ForwardingRequestBuilder(HttpRequest.Builder builder) {
    this.builder = builder;
  }

  final HttpRequest.Builder plain() {
    return builder;
  }

  @Override
  public abstract HttpRequest build();

  @Override
  public HttpRequest.Builder uri(URI uri) {
    builder.uri(uri);
    return this;
  }

  @Override
  public HttpRequest.Builder expectContinue(boolean enable) {
    builder.expectContinue(enable);
    return this;
  }

  @Override
  public HttpRequest.Builder version(HttpClient.Version version) {
    builder.version(version);
    return this;
  }

  @Override
  public HttpRequest.Builder header(String name, String value) {
    builder.header(name, value);
    return this;
  }

  @Override
  public HttpRequest.Builder headers(String... headers) {
    builder.headers(headers);
    return this;
  }

  @Override
  public HttpRequest.Builder timeout(Duration duration) {
    builder.timeout(duration);
    return this;
  }

  @Override
  public HttpRequest.Builder setHeader(String name, String value) {
    builder.setHeader(name, value);
    return this;
  }

  @Override
  public HttpRequest.Builder GET() {
    builder.GET();
    return this;
  }

  @Override
  public HttpRequest.Builder POST(HttpRequest.BodyPublisher publisher) {
    builder.POST(publisher);
    return this;
  }

  @Override
  public HttpRequest.Builder PUT(HttpRequest.BodyPublisher publisher) {
    builder.PUT(publisher);
    return this;
  }

  @Override
  public HttpRequest.Builder DELETE() {
    builder.DELETE();
    return this;
  }

  @Override
  public HttpRequest.Builder method(String method, HttpRequest.BodyPublisher publisher) {
    builder.method(method, publisher);
    return this;
  }

  @Override
  public HttpRequest.Builder copy() {
    return builder.copy();
  }
}
