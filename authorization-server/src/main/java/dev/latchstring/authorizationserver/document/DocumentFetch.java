package dev.latchstring.authorizationserver.document;

import dev.latchstring.oauth.fetch.GuardedFetcher;
import java.io.IOException;
import java.net.URI;
import org.jspecify.annotations.Nullable;

/** How a document is fetched; see {@link GuardedFetcher#get(URI, String, int, String)}. */
@FunctionalInterface
public interface DocumentFetch {
  GuardedFetcher.Answer get(URI uri, String accept, int maxBytes, @Nullable String entityTag)
      throws IOException;
}
