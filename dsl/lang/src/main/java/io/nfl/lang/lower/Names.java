// SPDX-License-Identifier: Apache-2.0
package io.nfl.lang.lower;

import org.eclipse.emf.ecore.EObject;
import org.eclipse.xtext.nodemodel.INode;
import org.eclipse.xtext.nodemodel.util.NodeModelUtils;

/** Words of the text, for messages. */
final class Names {
    private Names() {}

    /** The word that an element begins with; {@code not} passed over. */
    static String firstWord(final EObject object) {
        final INode node = NodeModelUtils.findActualNodeFor(object);
        if (node == null) {
            return object.eClass().getName();
        }
        final String[] words = NodeModelUtils.getTokenText(node).split("\\s+", 3);
        return words.length > 1 && words[0].equals("not") ? words[1] : words[0];
    }
}
