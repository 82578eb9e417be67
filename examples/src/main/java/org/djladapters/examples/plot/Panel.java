/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.examples.plot;

import java.awt.image.BufferedImage;
import java.util.List;

/** A picture in a {@link Figure}. */
public sealed interface Panel permits Chart, HeatMap {

    BufferedImage draw();

    /** Returns the series for the legend. */
    List<Series> series();
}
