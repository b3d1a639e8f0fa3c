// SPDX-License-Identifier: Apache-2.0
package io.nfl.lang.index;

import io.nfl.diag.Span;

/**
 * A name in a text.
 *
 * @param span of the name alone, with the {@code ^} where it has one
 * @param of what it means
 * @param declares it stands in that declaration itself
 */
public record Mention(Span span, Declared of, boolean declares) {}
