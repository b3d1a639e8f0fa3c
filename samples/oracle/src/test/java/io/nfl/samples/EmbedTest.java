// SPDX-License-Identifier: Apache-2.0
package io.nfl.samples;

import static org.assertj.core.api.Assertions.assertThat;

import io.nfl.api.classify.Classifier;
import io.nfl.api.host.KernelProfile;
import io.nfl.compiler.EngineReach;
import io.nfl.diag.Span;
import io.nfl.engine.pipeline.Engine;
import io.nfl.samples.Namespaces.Ended;
import java.io.File;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code samples/embed}, built and run with runtime/api and runtime/engine alone, as its README says. */
class EmbedTest {
    private static final Path EMBED = Samples.ROOT.resolve("samples/embed");

    @TempDir
    Path folder = Path.of("");

    @Test
    void theProgramOfTheReadmeAnswersWithTheRuntimeAlone() throws Exception {
        final EngineReach.PolicyJarBytes jar =
                EngineReach.jar(Samples.compile("home-gateway"), Span.NONE, KernelProfile.MEASURED);
        Files.write(folder.resolve("policy.jar"), jar.bytes());
        final String runtime = place(Classifier.class) + File.pathSeparator + place(Engine.class);

        final Ended built = tool(
                "javac",
                "-d",
                folder.toString(),
                "-cp",
                runtime,
                EMBED.resolve("src/main/java/io/nfl/embed/Ask.java").toString());
        assertThat(built.status()).as(built.output()).isZero();
        final Ended asked = tool(
                "java",
                "-cp",
                runtime + File.pathSeparator + folder,
                "io.nfl.embed.Ask",
                folder.resolve("policy.jar").toString(),
                "eth0",
                packet());

        assertThat(asked.status()).as(asked.output()).isZero();
        assertThat(asked.output().lines())
                .satisfiesExactly(
                        // to 192.168.1.10:80, the time to live one less
                        sent -> assertThat(sent)
                                .matches("leaves by eth1: 45000028000000003f06....c6336407c0a8010a9c400050.*"),
                        end -> assertThat(end).isEqualTo("forwarded"));
    }

    private static String packet() throws IOException {
        final Matcher matcher =
                Pattern.compile("eth0 ([0-9a-f]+)").matcher(Files.readString(EMBED.resolve("README.md")));
        assertThat(matcher.find()).isTrue();
        return matcher.group(1);
    }

    private Ended tool(String name, String... arguments) throws IOException, InterruptedException {
        final String[] command = new String[arguments.length + 1];
        command[0] = Path.of(System.getProperty("java.home"), "bin", name).toString();
        System.arraycopy(arguments, 0, command, 1, arguments.length);
        return Namespaces.run(folder, command);
    }

    private static String place(Class<?> type) throws URISyntaxException {
        return Path.of(type.getProtectionDomain().getCodeSource().getLocation().toURI())
                .toString();
    }
}
