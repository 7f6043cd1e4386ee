package dev.latchstring.testing;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * The test starts a Keycloak: it is run where {@code e2e/peers/keycloak.sh} has unpacked one, and
 * reported as not run elsewhere. See {@link Peer#KEYCLOAK}.
 */
@Documented
@Target({ElementType.TYPE, ElementType.METHOD})
@Retention(RetentionPolicy.RUNTIME)
@ExtendWith(PeerCondition.class)
public @interface NeedsKeycloak {}
