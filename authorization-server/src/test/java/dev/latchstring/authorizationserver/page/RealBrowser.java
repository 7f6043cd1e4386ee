package dev.latchstring.authorizationserver.page;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.BrowserType.LaunchOptions;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Playwright;
import dev.latchstring.testing.Peer;
import dev.latchstring.testing.SourceTree;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * The machine's Chromium, driven by Playwright. Its driver and the accessibility checker come from
 * npm, by the lock file in {@code src/test/browser}, into {@code target/browser}.
 */
final class RealBrowser implements AutoCloseable {
  private static final int INSTALL_TRIES = 3;
  private static final Path SOURCES =
      SourceTree.root().resolve("authorization-server/src/test/browser");
  private static final Path FOLDER =
      SourceTree.root().resolve("authorization-server/target/browser");

  private final Playwright playwright;
  private final Browser browser;
  private final String checker;

  private RealBrowser(Playwright playwright, Browser browser, String checker) {
    this.playwright = playwright;
    this.browser = browser;
    this.checker = checker;
  }

  static RealBrowser start() throws Exception {
    install();
    System.setProperty("playwright.cli.dir", FOLDER.toString());
    Playwright playwright =
        Playwright.create(
            new Playwright.CreateOptions()
                .setEnv(
                    Map.of(
                        "PLAYWRIGHT_NODEJS_PATH",
                        Peer.NODE.require().toString(),
                        "PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD",
                        "1")));
    Browser browser =
        playwright
            .chromium()
            .launch(
                new LaunchOptions()
                    .setExecutablePath(Peer.CHROMIUM.require())
                    .setArgs(List.of("--no-sandbox", "--disable-dev-shm-usage")));
    return new RealBrowser(
        playwright, browser, Files.readString(FOLDER.resolve("node_modules/axe-core/axe.min.js")));
  }

  private static synchronized void install() throws Exception {
    Files.createDirectories(FOLDER);
    Path lock = FOLDER.resolve("package-lock.json");
    Path installed = FOLDER.resolve("node_modules/.installed");
    Files.copy(
        SOURCES.resolve("package.json"),
        FOLDER.resolve("package.json"),
        StandardCopyOption.REPLACE_EXISTING);
    Files.copy(SOURCES.resolve("package-lock.json"), lock, StandardCopyOption.REPLACE_EXISTING);
    if (Files.exists(installed) && Files.mismatch(installed, lock) == -1) {
      return;
    }
    for (int tries = 1; !npmCi(); tries++) {
      if (tries == INSTALL_TRIES) {
        throw new IOException("npm ci failed; see " + FOLDER.resolve("npm.log"));
      }
    }
    Path driver = FOLDER.resolve("package");
    Files.deleteIfExists(driver);
    Files.createSymbolicLink(driver, Path.of("node_modules/playwright-core"));
    Files.copy(lock, installed, StandardCopyOption.REPLACE_EXISTING);
  }

  private static boolean npmCi() throws Exception {
    Path beside = Peer.NODE.require().resolveSibling("npm");
    Process process =
        new ProcessBuilder(
                Files.isExecutable(beside) ? beside.toString() : "npm",
                "ci",
                "--ignore-scripts",
                "--no-audit",
                "--no-fund")
            .directory(FOLDER.toFile())
            .redirectErrorStream(true)
            .redirectOutput(FOLDER.resolve("npm.log").toFile())
            .start();
    return process.waitFor(3, TimeUnit.MINUTES) && process.exitValue() == 0;
  }

  /** A browser of its own: no cookies, nothing kept. */
  BrowserContext context(Browser.NewContextOptions options) {
    BrowserContext context = browser.newContext(options);
    context.setDefaultTimeout(20_000);
    return context;
  }

  /**
   * What the accessibility checker finds wrong with a page (WCAG 2.2 A and AA, and good practice).
   * The page's context must bypass the content security policy.
   */
  @SuppressWarnings("unchecked")
  List<String> violations(Page page) {
    page.evaluate(checker);
    return (List<String>)
        page.evaluate(
            """
            async () => (await axe.run()).violations.map(
              v => v.id + ': ' + v.help + ' at ' + v.nodes.map(n => n.target.join(' ')).join(', '))
            """);
  }

  @Override
  public void close() {
    browser.close();
    playwright.close();
  }
}
