// SPDX-License-Identifier: Apache-2.0
package io.nfl.compiler;

import io.nfl.lang.Source;

/** The name of a policy that does not say it: its file's, without the ending; of {@code policy.nfl} its folder's. */
final class PolicyNames {
    private static final String ENDING = ".nfl";

    private PolicyNames() {}

    static String of(final Source source) {
        final String[] parts = source.name().replace('\\', '/').split("/", -1);
        final String file = parts[parts.length - 1];
        final String stem = file.endsWith(ENDING) ? file.substring(0, file.length() - ENDING.length()) : file;
        return stem.equals("policy") && parts.length > 1 && !parts[parts.length - 2].isEmpty()
                ? parts[parts.length - 2]
                : stem;
    }
}
