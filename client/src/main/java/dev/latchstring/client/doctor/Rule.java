package dev.latchstring.client.doctor;

/** The rules that servers break, by the specification and section they are in. */
public enum Rule {
  MCP_HTTP("MCP 2026-07-28, Streamable HTTP"),
  MCP_SERVERS_SPEAK_HTTPS(
      "MCP 2026-07-28, Authorization Security Considerations, Communication Security"),
  MCP_RESOURCE_METADATA(
      "MCP 2026-07-28, Authorization Server Discovery,"
          + " Protected Resource Metadata Discovery Requirements"),
  MCP_AUTHORIZATION_SERVERS(
      "MCP 2026-07-28, Authorization Server Discovery, Authorization Server Location"),
  MCP_METADATA(
      "MCP 2026-07-28, Authorization Server Discovery, Authorization Server Metadata Discovery"),
  MCP_PKCE("MCP 2026-07-28, Authorization Security Considerations, Authorization Code Protection"),
  MCP_REGISTRATION("MCP 2026-07-28, Client Registration"),
  MCP_BINDING("MCP 2026-07-28, Client Registration, Authorization Server Binding"),
  MCP_RESPONSE_ISSUER("MCP 2026-07-28, Authorization, Authorization Response Validation"),
  MCP_SCOPES("MCP 2026-07-28, Authorization, Scope Selection Strategy"),
  RFC_9110_CHALLENGE("RFC 9110 section 15.5.2"),
  RFC_9110_DATE("RFC 9110 section 6.6.1"),
  RFC_9728_DOCUMENT("RFC 9728 section 3.2"),
  RFC_9728_CHALLENGE("RFC 9728 section 5.1"),
  RFC_9728_RESOURCE("RFC 9728 section 3.3"),
  RFC_8414_METADATA("RFC 8414 section 2"),
  RFC_8414_DOCUMENT("RFC 8414 section 3.2"),
  RFC_8414_ISSUER("RFC 8414 section 3.3"),
  RFC_6749_SCOPE("RFC 6749 section 3.3"),
  RFC_8628("RFC 8628 section 4");

  private final String title;

  Rule(String title) {
    this.title = title;
  }

  /** The specification and the section. */
  public String title() {
    return title;
  }
}
