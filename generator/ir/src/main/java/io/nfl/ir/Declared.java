// SPDX-License-Identifier: Apache-2.0
package io.nfl.ir;

import io.nfl.diag.Span;

/** A thing of the host, with the place where the policy says it. */
public record Declared<T>(Span span, T value) {}
