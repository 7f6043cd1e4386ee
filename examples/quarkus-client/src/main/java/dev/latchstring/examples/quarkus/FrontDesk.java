package dev.latchstring.examples.quarkus;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import org.eclipse.microprofile.rest.client.inject.RestClient;

/** What the rest of the application uses. */
@ApplicationScoped
public class FrontDesk {
  private final ClinicApi clinic;
  private final AuthorizedCalls calls;

  @Inject
  FrontDesk(@RestClient ClinicApi clinic, AuthorizedCalls calls) {
    this.clinic = clinic;
    this.calls = calls;
  }

  /** One message of MCP, and its answer. */
  public String ask(String message) {
    return calls.run(() -> clinic.send("2025-11-25", message));
  }
}
