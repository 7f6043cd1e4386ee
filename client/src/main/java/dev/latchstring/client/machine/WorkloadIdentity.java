package dev.latchstring.client.machine;

import dev.latchstring.client.flow.FlowName;
import dev.latchstring.oauth.metadata.AuthorizationServerMetadata;
import org.jspecify.annotations.Nullable;

/**
 * RFC 7523 §2.1 as MCP's workload identity federation (SEP-1933) has it. What a platform says of
 * the job, pod or function that runs here: a projected token of Kubernetes, GitHub's or GitLab's id
 * token of a job, a cloud's. No client and no secret is needed; a configured client is named.
 *
 * <p>A refusal is final: the request is not repeated, and no other grant is tried in its place.
 */
public final class WorkloadIdentity implements MachineGrant {
  private final TokenOrigin platform;

  /**
   * @param platform gives the platform's token: {@link FileOrigin}, {@link CommandOrigin}, {@link
   *     GithubActions}, or {@link GivenOrigin}
   */
  public WorkloadIdentity(TokenOrigin platform) {
    this.platform = platform;
  }

  @Override
  public FlowName name() {
    return FlowName.WORKLOAD_IDENTITY;
  }

  @Override
  public String describe() {
    return platform.where();
  }

  @Override
  public Client client() {
    return Client.OPTIONAL;
  }

  @Override
  public @Nullable String obstacle(AuthorizationServerMetadata server) {
    return Offers.grant(server, JwtBearer.GRANT_TYPE);
  }

  @Override
  public GrantForm form(MachineRequest request) {
    return new GrantForm(JwtBearer.parameters(platform, request), request.key());
  }

  /** Where the platform's token comes from. */
  @Override
  public String toString() {
    return "WorkloadIdentity[" + describe() + "]";
  }
}
