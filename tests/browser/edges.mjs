// Where edges of the graph run.

/** Edges that run behind a node which is not at one of their ends, and how many edges there are. */
export async function hidden(page) {
  return page.evaluate(() => {
    const { cy } = window.spof;
    const boxes = cy.nodes().map((node) => ({ id: node.id(), label: node.data('label'), ...node.position(), w: node.width() / 2, h: node.height() / 2 }));
    const middle = (a, b) => ({ x: (a.x + b.x) / 2, y: (a.y + b.y) / 2 });
    /** Points of an edge: its curve has a piece for each point that pulls at it. */
    const curve = (edge) => {
      const pulls = edge.controlPoints();
      const ends = [edge.sourceEndpoint(), edge.targetEndpoint()];
      return pulls.flatMap((pull, index) => {
        const from = index === 0 ? ends[0] : middle(pulls[index - 1], pull);
        const to = index === pulls.length - 1 ? ends[1] : middle(pull, pulls[index + 1]);
        return Array.from({ length: 20 }, (_, step) => {
          const t = step / 19;
          const mix = (axis) => (1 - t) ** 2 * from[axis] + 2 * t * (1 - t) * pull[axis] + t ** 2 * to[axis];
          return { x: mix('x'), y: mix('y') };
        });
      });
    };
    const found = [];
    cy.edges().forEach((edge) => {
      const ends = [edge.source().id(), edge.target().id()];
      const points = curve(edge);
      boxes.filter((box) => !ends.includes(box.id) && points.some(({ x, y }) => Math.abs(x - box.x) < box.w && Math.abs(y - box.y) < box.h))
        .forEach((box) => found.push(`${edge.source().data('label')} → ${edge.target().data('label')} behind ${box.label}`));
    });
    return { found, edges: cy.edges().length };
  });
}
