// SPDX-License-Identifier: Apache-2.0
package io.nfl.lang.index;

import io.nfl.diag.Span;

/**
 * A declaration of a name.
 *
 * @param site of the name in it; this tells declarations apart
 * @param whole without the comment above
 * @param kind in users' words
 * @param predeclared it stands in no file of the user's
 */
public record Declared(Span site, Span whole, String name, String kind, boolean predeclared) {}
