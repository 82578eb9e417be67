/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.examples.plot;

import java.awt.image.BufferedImage;
import java.util.List;

/** A picture that stands in a {@link Figure} beside others. */
public sealed interface Panel permits Chart, HeatMap {

    /** Draws it. */
    BufferedImage draw();

    /**
     * What a legend names.
     *
     * @return the series, none if colours mean something else here
     */
    List<Series> series();
}
