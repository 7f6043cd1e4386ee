package dev.latchstring.testing;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * The test drives programs that a machine may lack: it is run where all of them are on the PATH,
 * and reported as not run elsewhere. Continuous integration installs them ({@code .ci/run}).
 */
@Documented
@Target({ElementType.TYPE, ElementType.METHOD})
@Retention(RetentionPolicy.RUNTIME)
@ExtendWith(PeerCondition.class)
public @interface NeedsProgram {
  /** Their names, such as {@code zsh}. */
  String[] value();
}
