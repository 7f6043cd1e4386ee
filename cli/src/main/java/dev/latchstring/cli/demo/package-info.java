/**
 * {@code latch demo}: the whole house, in front of one's eyes.
 *
 * <pre>
 * DemoServers  the authorization server and the clinic, in this process
 * Demo         the story: refused, log in, call, refused, log in for more, call
 *   McpConversation   JSON-RPC over HTTP, as it goes over the wire
 *   PlayedPerson      a person with a browser, over HTTP, through the real pages
 *   DemoCall          a telephone call, with the voice agent of examples/voice-agent
 *   Story             tells each step: asked, answered, how long it took
 * HostConfigurations  what to paste into an MCP host
 * </pre>
 *
 * <p>Nothing here may reach into a store or an endpoint's class: whatever the story shows went over
 * a socket.
 */
@NullMarked
package dev.latchstring.cli.demo;

import org.jspecify.annotations.NullMarked;
