package dev.latchstring.testing;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * The test drives a real browser: it is run where a Chromium or Chrome is installed, and reported
 * as not run elsewhere. See {@link Peer#CHROMIUM}. Playwright itself runs on Node, so a test that
 * uses it carries {@link NeedsNode} as well.
 */
@Documented
@Target({ElementType.TYPE, ElementType.METHOD})
@Retention(RetentionPolicy.RUNTIME)
@ExtendWith(PeerCondition.class)
public @interface NeedsChromium {}
