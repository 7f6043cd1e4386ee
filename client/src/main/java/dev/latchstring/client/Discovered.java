package dev.latchstring.client;

import dev.latchstring.oauth.Scope;
import dev.latchstring.oauth.metadata.AuthorizationServerMetadata;
import dev.latchstring.oauth.metadata.ProtectedResourceMetadata;
import java.net.URI;
import org.jspecify.annotations.Nullable;

/**
 * MCP authorization, "Authorization Server Discovery": a server that asks for a login, and where
 * that login is done. Everything in it was validated: the resource is this server, the issuer is
 * the one the server named, and every endpoint is https or loopback.
 *
 * @param server the MCP endpoint, as the user gave it
 * @param resource the value of every {@code resource} parameter (RFC 8707)
 * @param issuer the authorization server, character by character as it spells itself
 * @param scope what to ask for by MCP's scope selection strategy; {@link Scope#NONE} means: send no
 *     {@code scope} parameter
 * @param resourceMetadata null for a server of protocol 2025-03-26, which has none
 */
public record Discovered(
    URI server,
    URI resource,
    String issuer,
    AuthorizationServerMetadata authorizationServer,
    @Nullable ProtectedResourceMetadata resourceMetadata,
    Scope scope)
    implements DiscoveryResult {}
