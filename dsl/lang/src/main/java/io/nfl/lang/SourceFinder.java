// SPDX-License-Identifier: Apache-2.0
package io.nfl.lang;

import java.util.Optional;

/** Finds what a policy imports. */
@FunctionalInterface
public interface SourceFinder {
    /** Finds nothing. */
    SourceFinder NONE = (importing, path) -> Optional.empty();

    /** @param path as it stands in the import, relative to the importing source */
    Optional<Source> find(Source importing, String path);
}
