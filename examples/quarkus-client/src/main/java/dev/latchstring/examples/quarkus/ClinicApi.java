package dev.latchstring.examples.quarkus;

import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Produces;
import org.eclipse.microprofile.rest.client.annotation.RegisterProvider;
import org.eclipse.microprofile.rest.client.inject.RegisterRestClient;

/** The MCP endpoint as Quarkus' REST client sees it; its address is a setting. */
@RegisterRestClient(configKey = "clinic")
@RegisterProvider(TokenFilter.class)
public interface ClinicApi {
  @POST
  @Consumes("application/json")
  @Produces({"application/json", "text/event-stream"})
  String send(@HeaderParam("MCP-Protocol-Version") String protocolVersion, String message);
}
