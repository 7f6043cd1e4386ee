package dev.latchstring.client.store;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.net.URI;
import java.util.Objects;

/**
 * The account of a server that is meant where none is named.
 *
 * @param server the MCP endpoint
 */
public record StoredDefault(
    @JsonProperty("server") String server, @JsonProperty("account") String account)
    implements StoredEntry {

  /** What is read from a file may lack anything: then it is no entry. */
  public StoredDefault {
    Objects.requireNonNull(account);
    URI.create(Objects.requireNonNull(server));
  }

  @Override
  public Slot<StoredDefault> slot() {
    return new Slot.DefaultSlot(URI.create(server));
  }
}
