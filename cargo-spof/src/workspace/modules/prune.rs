//! Making the graph of files a finite tree to walk: no cycles, no explosion.
//!
//! In: the files as numbers, and which declares which. Out: the edges to cut. Two files that
//! declare each other twice through `#[path]` have no end; thirty that declare the next one twice
//! have 2³⁰ modules. Pure, without recursion.

use super::{Limits, ProblemKind};

/// The files and what they declare.
pub(super) struct Graph {
    /// The roots, sorted.
    pub(super) roots: Vec<usize>,
    /// For each file, the file of each of its declarations.
    pub(super) children: Vec<Vec<Option<usize>>>,
    /// For each file, the file that was read because of it; `None` for roots.
    pub(super) first_parents: Vec<Option<usize>>,
}

/// An edge to cut.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Cut {
    /// The file.
    pub(super) parent: usize,
    /// Which of its declarations.
    pub(super) child: usize,
    /// Why.
    pub(super) why: ProblemKind,
}

/// The edges to cut, so that a walk from the roots ends, and soon.
pub(super) fn cuts(graph: &Graph, limits: Limits) -> Vec<Cut> {
    let walk = walk(graph);
    if is_small(graph, &walk, limits) {
        return walk.back_edges;
    }
    repeated(graph)
}

/// A depth-first walk.
struct Walk {
    back_edges: Vec<Cut>,
    /// Every file after all that it leads to.
    post_order: Vec<usize>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    New,
    Open,
    Done,
}

fn walk(graph: &Graph) -> Walk {
    let mut states = vec![State::New; graph.children.len()];
    let mut walk = Walk {
        back_edges: Vec::new(),
        post_order: Vec::new(),
    };
    for &root in &graph.roots {
        if states[root] == State::New {
            walk_from(graph, root, &mut states, &mut walk);
        }
    }
    walk
}

fn walk_from(graph: &Graph, root: usize, states: &mut [State], walk: &mut Walk) {
    states[root] = State::Open;
    let mut open = vec![(root, 0)];
    while let Some((file, next)) = open.last_mut() {
        let (parent, child) = (*file, *next);
        *next += 1;
        match graph.children[parent].get(child) {
            None => {
                states[parent] = State::Done;
                walk.post_order.push(parent);
                open.pop();
            }
            Some(&Some(target)) => match states[target] {
                State::New => {
                    states[target] = State::Open;
                    open.push((target, 0));
                }
                State::Open => walk.back_edges.push(Cut {
                    parent,
                    child,
                    why: ProblemKind::Cycle,
                }),
                State::Done => {}
            },
            Some(None) => {}
        }
    }
}

/// Whether the walk without its back edges stays within the bounds.
fn is_small(graph: &Graph, walk: &Walk, limits: Limits) -> bool {
    let n = graph.children.len();
    let (mut sizes, mut heights) = (vec![0_u64; n], vec![0_usize; n]);
    for &file in &walk.post_order {
        // A back edge leads to a file that is not done: its size is still 0.
        let children = || graph.children[file].iter().flatten();
        let below = children().fold(0, |sum: u64, &child| sum.saturating_add(sizes[child]));
        sizes[file] = below.saturating_add(1);
        heights[file] = 1 + children().map(|&child| heights[child]).max().unwrap_or(0);
    }
    let total = graph
        .roots
        .iter()
        .fold(0, |sum: u64, &root| sum.saturating_add(sizes[root]));
    let height = heights.into_iter().max().unwrap_or(0);
    total <= limits.modules && height <= limits.depth
}

/// All edges but those that a file was first read through: what is left is a tree.
fn repeated(graph: &Graph) -> Vec<Cut> {
    let mut is_named = vec![false; graph.children.len()];
    let mut cuts = Vec::new();
    for (parent, children) in graph.children.iter().enumerate() {
        for (child, target) in children.iter().enumerate() {
            let Some(target) = *target else { continue };
            if graph.first_parents[target] == Some(parent) && !is_named[target] {
                is_named[target] = true;
            } else {
                let why = ProblemKind::TooMany;
                cuts.push(Cut { parent, child, why });
            }
        }
    }
    cuts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_chain_that_doubles_is_read_once() {
        let n = 40;
        let children = |at: usize| {
            if at + 1 < n {
                vec![Some(at + 1); 2]
            } else {
                Vec::new()
            }
        };
        let graph = Graph {
            roots: vec![0],
            children: (0..n).map(children).collect(),
            first_parents: (0..n).map(|at| at.checked_sub(1)).collect(),
        };
        let cuts = cuts(&graph, Limits::default());
        assert_eq!(cuts.len(), n - 1);
        assert!(
            cuts.iter()
                .all(|cut| cut.child == 1 && cut.why == ProblemKind::TooMany)
        );
    }

    #[test]
    fn a_file_that_two_roots_share_is_no_cycle() {
        let graph = Graph {
            roots: vec![0, 1],
            children: vec![vec![Some(2)], vec![Some(2)], vec![]],
            first_parents: vec![None, None, Some(0)],
        };
        assert_eq!(cuts(&graph, Limits::default()), []);
    }
}
