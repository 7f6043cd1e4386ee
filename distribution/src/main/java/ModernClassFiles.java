import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.OutputStream;
import java.lang.classfile.ClassBuilder;
import java.lang.classfile.ClassElement;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassFile.ClassHierarchyResolverOption;
import java.lang.classfile.ClassFile.StackMapsOption;
import java.lang.classfile.ClassFileVersion;
import java.lang.classfile.ClassHierarchyResolver;
import java.lang.classfile.ClassModel;
import java.lang.classfile.ClassTransform;
import java.lang.classfile.CodeTransform;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.LocalDateTime;
import java.util.Collections;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;

/**
 * Writes a jar anew with every class file older than Java 6 in the format of Java 8: the same code,
 * with the stack maps that the newer verifier reads. An AOT cache takes no class without them, nor
 * the proxies of its annotations.
 *
 * <p>Run by the build, as a source file, on JDK 24 or newer: {@code java ModernClassFiles.java
 * JAR}.
 */
final class ModernClassFiles {
  /** JVMS §4.10: class files before version 50 are verified by type inference. */
  private static final int STACK_MAPS = 50;

  /** The same in every build, as in our own jars. */
  private static final LocalDateTime TIME = LocalDateTime.of(2026, 1, 1, 0, 0);

  /** Tells readers that the jar is not as it was published, and this program that it was here. */
  private static final String CHANGED = "META-INF/CHANGED";

  private ModernClassFiles() {}

  public static void main(String[] arguments) throws IOException {
    Path jar = Path.of(arguments[0]);
    try (ZipFile in = new ZipFile(jar.toFile())) {
      if (in.getEntry(CHANGED) == null) {
        Path written = jar.resolveSibling(jar.getFileName() + ".new");
        copy(in, jar.toUri().toURL(), written);
        Files.move(written, jar, StandardCopyOption.REPLACE_EXISTING);
      }
    }
  }

  private static void copy(ZipFile in, URL hierarchy, Path written) throws IOException {
    try (URLClassLoader classes = new URLClassLoader(new URL[] {hierarchy});
        OutputStream file = Files.newOutputStream(written);
        ZipOutputStream out = new ZipOutputStream(file)) {
      ClassFile format =
          ClassFile.of(
              StackMapsOption.GENERATE_STACK_MAPS,
              ClassHierarchyResolverOption.of(ClassHierarchyResolver.ofClassLoading(classes)));
      for (ZipEntry entry : Collections.list(in.entries())) {
        byte[] bytes = in.getInputStream(entry).readAllBytes();
        write(
            out,
            entry.getName(),
            entry.getName().endsWith(".class") ? modern(format, bytes) : bytes);
      }
      write(out, CHANGED, "Class files were given stack maps.\n".getBytes(UTF_8));
    }
  }

  private static void write(ZipOutputStream out, String name, byte[] bytes) throws IOException {
    ZipEntry entry = new ZipEntry(name);
    entry.setTimeLocal(TIME);
    out.putNextEntry(entry);
    out.write(bytes);
    out.closeEntry();
  }

  /** Passing every instruction on makes the code, and with it the stack maps, be written anew. */
  private static byte[] modern(ClassFile format, byte[] bytes) {
    ClassModel model = format.parse(bytes);
    return model.majorVersion() < STACK_MAPS
        ? format.transformClass(
            model,
            ClassTransform.transformingMethodBodies(CodeTransform.ACCEPT_ALL)
                .andThen(ModernClassFiles::newer))
        : bytes;
  }

  private static void newer(ClassBuilder builder, ClassElement element) {
    builder.with(
        element instanceof ClassFileVersion
            ? ClassFileVersion.of(ClassFile.JAVA_8_VERSION, 0)
            : element);
  }
}
