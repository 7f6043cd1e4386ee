package dev.latchstring.mcpserver.extension;

import dev.latchstring.client.delivery.DeliveredAccount;
import dev.latchstring.client.login.LoginOptions;
import dev.latchstring.mcpserver.login.LoginDesk;
import dev.latchstring.mcpserver.login.LoginRequired;
import dev.latchstring.mcpserver.stdio.HostFace;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * One account at one provider: what somebody can be logged in to.
 *
 * @param provider the name by which tools and hosts call the provider; null where there is one
 * @param account what tokens are delivered to; the front behind takes its tokens from it
 * @param desk where its logins are done
 * @param need what a login is begun for that no call asked for; may ask the server
 * @param given whether its token is of the server's environment, so that nobody logs in or out
 * @param options how it is found out where logins are done
 */
public record AuthSubject(
    @Nullable String provider,
    DeliveredAccount account,
    LoginDesk desk,
    Function<HostFace, LoginRequired> need,
    boolean given,
    LoginOptions options) {}
