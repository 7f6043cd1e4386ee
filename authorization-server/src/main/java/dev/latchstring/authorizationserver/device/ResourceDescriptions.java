package dev.latchstring.authorizationserver.device;

import org.jspecify.annotations.Nullable;

/** What people are told about resources and their scopes. */
public interface ResourceDescriptions {
  /** The name of a resource; its host where it has no other. */
  String name(String resource);

  /** What a scope means there, in words; null where only its name is known. */
  @Nullable String words(String resource, String scope);
}
