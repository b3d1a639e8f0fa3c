// SPDX-License-Identifier: Apache-2.0
package io.nfl.cli;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Properties;
import picocli.CommandLine.IVersionProvider;

/** The version that the build wrote beside this class. */
final class BuildVersion implements IVersionProvider {

    @Override
    public String[] getVersion() {
        final Properties properties = new Properties();
        try (InputStream in = BuildVersion.class.getResourceAsStream("version.properties")) {
            if (in == null) {
                throw new IllegalStateException("version.properties is not beside its class");
            }
            properties.load(in);
        } catch (final IOException e) {
            throw new UncheckedIOException(e);
        }
        return new String[] {
            "nfl " + properties.getProperty("version") + " (Java " + System.getProperty("java.version") + ")"
        };
    }
}
